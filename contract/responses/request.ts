import * as z from "zod";
import { reasoningEffortSchema } from "../openai/chat.ts";
import { jsonObjectSchema } from "../openai/json-object.ts";
import { inputItemSchema } from "./items.ts";
import { responsesToolChoiceSchema, responsesToolSchema } from "./tools.ts";

/** A field that must be left out or null, and why. */
const absent = (problem: string) => z.null(problem).optional();
const nothingKept = "nothing is kept here between requests: send the whole conversation as `input`";

const formatSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("text") }),
    z.strictObject({ type: z.literal("json_object") }),
    z.strictObject({
      type: z.literal("json_schema"),
      name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected 1 to 64 of A-Z, a-z, 0-9, _ and -"),
      description: z.string().nullish(),
      schema: jsonObjectSchema,
      strict: z.boolean().nullish(),
    }),
  ],
  "expected text, json_object or json_schema",
);

/** `POST /v1/responses`, without anything that has to be kept. Strict, as all of this dialect's objects. */
export const responsesRequestSchema = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(inputItemSchema).min(1).max(8192)]),
  instructions: z.string().nullish(),
  tools: z.array(responsesToolSchema).max(128).nullish(),
  tool_choice: responsesToolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z
    .strictObject({
      format: formatSchema.nullish(),
      verbosity: z.literal("medium", "expected medium: other lengths cannot be asked of every model").nullish(),
    })
    .nullish(),
  reasoning: z
    .strictObject({
      effort: reasoningEffortSchema.nullish(),
      // Thoughts come whole, and nobody sums them up.
      summary: z.literal("auto", "expected auto: thoughts come whole, as reasoning_text").nullish(),
    })
    .nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
  user: z.string().nullish(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((values) => Object.keys(values).length <= 16, "expected 16 values at most")
    .nullish()
    .describe("said again in the answer; 16 values at most"),
  // Thoughts come in plain text, so that there is nothing to encrypt for a client that keeps them.
  include: z
    .array(
      z.literal("reasoning.encrypted_content", "only reasoning.encrypted_content may stand here, and adds nothing"),
    )
    .nullish(),
  // These change no answer here.
  prompt_cache_key: z.string().nullish(),
  client_metadata: z
    .record(z.string(), z.string())
    .nullish()
    .describe("what an agent says of itself; no part of OpenAI's reference"),
  prompt_cache_retention: z.enum(["in_memory", "24h"]).nullish(),
  safety_identifier: z.string().nullish(),
  service_tier: z.enum(["auto", "default"]).nullish(),
  top_logprobs: z.literal(0, "tokens' probabilities cannot be told in this dialect").nullish(),
  truncation: z.literal("disabled", "prompts are never cut here").nullish(),
  // What would have to be kept.
  store: z.literal(false, "nothing is kept here: leave it out, or send false").nullish(),
  background: z.literal(false, nothingKept).nullish(),
  previous_response_id: absent(nothingKept),
  conversation: absent(nothingKept),
  prompt: absent("prompts of another service are not reachable from here"),
  max_tool_calls: absent("it limits tools that run at the service, of which there are none here"),
});
export type ResponsesRequest = z.infer<typeof responsesRequestSchema>;
