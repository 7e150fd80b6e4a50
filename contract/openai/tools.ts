import * as z from "zod";

/** What OpenAI allows as the name of a function. */
const functionNameSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "expected 1 to 64 of A-Z, a-z, 0-9, _, - and .");

export const toolSchema = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: functionNameSchema,
    description: z.string().nullish(),
    parameters: z
      .record(z.string(), z.unknown())
      .nullish()
      .describe("a JSON schema of the arguments; left out by functions without any"),
    strict: z
      .boolean()
      .nullish()
      .describe("the local engine does so always: arguments match their schema whether or not this is asked for"),
  }),
});
export type Tool = z.infer<typeof toolSchema>;

export const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  z.looseObject({ type: z.literal("function"), function: z.looseObject({ name: functionNameSchema }) }),
]);
export type ToolChoice = z.infer<typeof toolChoiceSchema>;

/** A call as the model made it in an earlier turn. */
export const toolCallSchema = z.looseObject({
  id: z.string().min(1),
  type: z.literal("function"),
  /** `arguments` is a JSON text, as everywhere in this dialect. */
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
export type ToolCall = z.infer<typeof toolCallSchema>;
