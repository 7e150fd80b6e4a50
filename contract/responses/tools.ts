import * as z from "zod";
import { jsonObjectSchema } from "../openai/json-object.ts";

const nameSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "expected 1 to 64 of A-Z, a-z, 0-9, _, - and .");

/** A function of the client's. Other tools run at OpenAI, or have no arguments in JSON: chat completions know neither. */
export const responsesToolSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({
      type: z.literal("function"),
      name: nameSchema,
      description: z.string().nullish(),
      parameters: jsonObjectSchema.nullish(),
      strict: z.boolean().nullish(),
      // These say what is so by default.
      async: z.literal(false).optional(),
      defer_loading: z.literal(false).optional(),
      allowed_callers: z.array(z.literal("direct")).nullish(),
    }),
  ],
  "expected function: other tools, such as web_search, local_shell and custom, cannot be offered to the models here",
);
export type ResponsesTool = z.infer<typeof responsesToolSchema>;

export const responsesToolChoiceSchema = z.union(
  [z.enum(["none", "auto", "required"]), z.strictObject({ type: z.literal("function"), name: nameSchema })],
  "expected none, auto, required or a function",
);
export type ResponsesToolChoice = z.infer<typeof responsesToolChoiceSchema>;
