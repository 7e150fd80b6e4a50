import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { generateRequestSchema } from "../../../../contract/ollama/generate.ts";
import type { ModelAwareRoute } from "../dialect.ts";
import { generateLine } from "./answer-line.ts";
import { loadCall } from "./load-call.ts";
import { checkContextWish, resolveModelName } from "./model-name.ts";
import { ollamaErrors } from "./ollama-errors.ts";
import { readRequest } from "./read-request.ts";
import { translateImages } from "./translate-images.ts";
import { translateCommon } from "./translate-options.ts";
import { wrapAnswer } from "./wrap-answer.ts";

/** `POST /api/generate`: a conversation of one question, since Ollama puts the prompt into the model's template as well. */
export const ollamaGenerate: ModelAwareRoute = {
  method: "POST",
  path: "/api/generate",
  translate: async (body, models) => {
    const request = readRequest(body, generateRequestSchema);
    const model = await resolveModelName(request.model, models);
    checkContextWish(request.options?.num_ctx, model, models);
    const { prompt, system } = request;
    const images = request.images ?? [];
    if (!prompt) {
      const isQuestion = images.length > 0 || Boolean(system);
      // What stands beside no prompt would be dropped.
      if (isQuestion) throw new MeshError("invalid_field", { field: "prompt", problem: "expected a text" });
      return loadCall({ model, line: generateLine, keepAlive: request.keep_alive });
    }
    const content = images.length === 0 ? prompt : translateImages(prompt, images, "images");
    const translated = {
      ...translateCommon(request, model),
      messages: [...(system ? [{ role: "system", content: system }] : []), { role: "user", content }],
    };
    return {
      path: "/v1/chat/completions",
      body: Buffer.from(JSON.stringify(translated)),
      wrap: (client) => wrapAnswer({ client, model, line: generateLine, isStream: request.stream ?? true }),
    };
  },
  errors: ollamaErrors,
};
