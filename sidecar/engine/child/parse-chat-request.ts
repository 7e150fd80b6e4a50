import { firstIssue } from "../../../contract/errors/first-issue.ts";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type ChatRequest, chatRequestSchema } from "../../../contract/openai/chat.ts";

/** Fields that change the answer and that this engine does not know. Ignoring one would be a silent wrong answer. */
const unsupported: Readonly<Record<string, (value: unknown) => boolean>> = {
  tools: (value) => Array.isArray(value) && value.length > 0,
  functions: (value) => Array.isArray(value) && value.length > 0,
  response_format: (value) => (value as { type?: unknown }).type !== "text",
  logprobs: (value) => value === true,
  logit_bias: (value) => Object.keys(value as object).length > 0,
  presence_penalty: (value) => value !== 0,
  frequency_penalty: (value) => value !== 0,
};

/**
 * Reads the body of `POST /v1/chat/completions`.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field`, each naming what is wrong
 */
export function parseChatRequest(body: Buffer): ChatRequest {
  const parsed = chatRequestSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new MeshError("invalid_field", firstIssue(parsed.error));
  for (const [field, isUsed] of Object.entries(unsupported)) {
    const value = parsed.data[field];
    if (value !== undefined && value !== null && isUsed(value)) throw new MeshError("unsupported_field", { field });
  }
  return parsed.data;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    // The parser's own message quotes the body, which is the person's prompt: only the position is taken from it.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new MeshError("malformed_json", { offset: Number(position ?? body.length) });
  }
}
