import * as z from "zod";
import { countTokensRequestSchema } from "../../../../contract/anthropic/messages.ts";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { InferencePath } from "../../../../contract/openai/paths.ts";
import { parseBody } from "../../../platform/parse-body.ts";
import type { NativeRoute, TranslatedCall } from "../dialect.ts";
import { unusable } from "../read-answer.ts";
import { WholeSink } from "../whole-sink.ts";
import { anthropicErrors } from "./anthropic-errors.ts";
import { toConversation } from "./chat-request.ts";
import { nativeHeaders, readPassing } from "./passing-message.ts";

const countSchema = z.object({ count: z.number().int().min(0) });

/** How long a prompt is for the model that would read it, counted by whoever serves it. Nothing is estimated. */
export const countTokens = {
  method: "POST" as const,
  path: "/v1/messages/count_tokens",
  errors: anthropicErrors,
  native: { as: "/v1/tokenize" as InferencePath, headers: nativeHeaders, readAnswer: readPassing },
  translate: (body: Buffer): TranslatedCall => {
    const request = parseBody(body, countTokensRequestSchema);
    const { model } = request;
    return {
      path: "/v1/tokenize",
      body: Buffer.from(JSON.stringify(toConversation(request))),
      wrap: (client) =>
        new WholeSink({
          client,
          model,
          translate: (text) => ({ input_tokens: readCount(text, model) }),
          explain: (error) =>
            isUnknownCall(error) ? new MeshError("not_supported_by_model", { model, ability: "count tokens" }) : error,
        }),
    };
  },
} satisfies NativeRoute;

function readCount(text: string, model: string): number {
  try {
    return countSchema.parse(JSON.parse(text)).count;
  } catch {
    throw unusable(model, "it is no count of tokens");
  }
}

/** Most servers have no such call, and say so in one of these ways. */
function isUnknownCall({ code, params }: MeshError): boolean {
  if (code === "backend_rejected") return "status" in params && [404, 405, 501].includes(params.status);
  return code === "backend_protocol" || code === "backend_model_missing";
}
