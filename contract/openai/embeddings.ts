import * as z from "zod";
import { chatMessageSchema, reasoningEffortSchema, templateArgumentsSchema } from "./chat.ts";
import { toolChoiceSchema, toolSchema } from "./tools.ts";

const tokensSchema = z.array(z.number().int().min(0)).min(1);

export const embeddingsRequestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([
    z.string().min(1),
    z.array(z.string().min(1)).min(1).max(2048),
    tokensSchema,
    z.array(tokensSchema).min(1).max(2048),
  ]),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.number().int().min(1).nullish(),
});
export type EmbeddingsRequest = z.infer<typeof embeddingsRequestSchema>;

/** As Jina and Cohere have it, and llama-server after them. */
export const rerankRequestSchema = z.looseObject({
  model: z.string().min(1),
  query: z.string().min(1),
  documents: z
    .array(z.union([z.string(), z.looseObject({ text: z.string() })]))
    .min(1)
    .max(2048),
  top_n: z.number().int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
});

/** Exactly one of text and messages. */
export const tokenizeRequestSchema = z.looseObject({
  model: z.string().min(1),
  content: z.string().nullish(),
  messages: z.array(chatMessageSchema).min(1).nullish(),
  // Of a conversation: what else its prompt is made of, as in a request to answer it.
  tools: z.array(toolSchema).max(128).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  reasoning_effort: reasoningEffortSchema.nullish(),
  chat_template_kwargs: templateArgumentsSchema.nullish(),
  parse_special: z.boolean().nullish().describe("turns the text of control tokens into these tokens"),
});

export const detokenizeRequestSchema = z.looseObject({
  model: z.string().min(1),
  tokens: z.array(z.number().int().min(0)).max(1_000_000),
});
