import { chatRequestSchema } from "../../../../contract/ollama/chat.ts";
import type { ModelAwareRoute } from "../dialect.ts";
import { chatLine } from "./answer-line.ts";
import { loadCall } from "./load-call.ts";
import { checkContextWish, resolveModelName } from "./model-name.ts";
import { ollamaErrors } from "./ollama-errors.ts";
import { readRequest } from "./read-request.ts";
import { translateMessages } from "./translate-messages.ts";
import { translateCommon } from "./translate-options.ts";
import { wrapAnswer } from "./wrap-answer.ts";

/** `POST /api/chat` */
export const ollamaChat: ModelAwareRoute = {
  method: "POST",
  path: "/api/chat",
  translate: async (body, models) => {
    const request = readRequest(body, chatRequestSchema);
    const model = await resolveModelName(request.model, models);
    checkContextWish(request.options?.num_ctx, model, models);
    const { tools, messages } = request;
    if (!messages || messages.length === 0) return loadCall({ model, line: chatLine, keepAlive: request.keep_alive });
    const translated = {
      ...translateCommon(request, model),
      messages: translateMessages(messages),
      ...(tools === undefined || tools === null || tools.length === 0 ? {} : { tools }),
    };
    return {
      path: "/v1/chat/completions",
      body: Buffer.from(JSON.stringify(translated)),
      wrap: (client) => wrapAnswer({ client, model, line: chatLine, isStream: request.stream ?? true }),
    };
  },
  errors: ollamaErrors,
};
