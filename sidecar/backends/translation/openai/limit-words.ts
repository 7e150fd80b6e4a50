import { scanEnvelope } from "../../../router/envelope.ts";
import type { ServerCall, TranslatableRequest } from "../../server/server-dialect.ts";
import { renameField } from "./rename-field.ts";

/**
 * OpenAI's newer models refuse `max_tokens`, and all of its chat models take `max_completion_tokens`: the older word, which
 * clients of other dialects come with as well, is replaced. Everything else, and every answer, passes as it came.
 * Source: OpenAI's API reference of chat completions, 2026.
 */
export function sayLimitAnew({ path, body, model, envelope }: TranslatableRequest): ServerCall | undefined {
  if (path !== "/v1/chat/completions" || envelope.maxTokens === null) return undefined;
  const renamed = renameField(body, "max_tokens", "max_completion_tokens");
  if (renamed === undefined) return undefined;
  return { path, body: withModel(renamed, model), wrap: (client) => client };
}

function withModel(body: Buffer, model: string): Buffer {
  const { model: asked, modelRange } = scanEnvelope(body);
  if (asked === model) return body;
  const { start, end } = modelRange;
  return Buffer.concat([body.subarray(0, start), Buffer.from(JSON.stringify(model)), body.subarray(end)]);
}
