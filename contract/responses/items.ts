import * as z from "zod";

/**
 * What the input of OpenAI's Responses API is made of. Source: OpenAI's API reference and the types of its SDK 7.55, 2026.
 *
 * Objects are strict: what is not named here would be lost in translation, and so is refused by name. Fields that are named
 * and not translated change no answer: names and states of items that somebody has kept, and values that say what is so
 * by default.
 */
const kept = {
  id: z.string().max(256).nullish(),
  status: z.enum(["in_progress", "completed", "incomplete"]).nullish(),
} as const;
const direct = { caller: z.strictObject({ type: z.literal("direct") }).nullish() } as const;

const inputTextSchema = z.strictObject({ type: z.literal("input_text"), text: z.string() });

const inputImageSchema = z.strictObject({
  type: z.literal("input_image"),
  image_url: z.string("expected an address or a data URL: files of another service are not reachable from here").min(1),
  detail: z.enum(["low", "high", "auto"]).nullish(),
  file_id: z.null("files of another service are not reachable from here").optional(),
});

const inputPartSchema = z.discriminatedUnion(
  "type",
  [inputTextSchema, inputImageSchema],
  "expected input_text or input_image: other parts cannot be translated",
);
export type InputPart = z.infer<typeof inputPartSchema>;

const outputTextSchema = z.strictObject({
  type: z.literal("output_text"),
  text: z.string(),
  annotations: z.array(z.never("annotations cannot be translated")).nullish(),
  logprobs: z.array(z.unknown()).nullish(),
});

const textPartsSchema = z.array(
  z.discriminatedUnion("type", [inputTextSchema], "expected input_text: other parts cannot be translated here"),
);

/** Clients leave out the type of messages alone. */
const messageFields = { type: z.literal("message").optional(), ...kept } as const;

export const messageItemSchema = z.discriminatedUnion(
  "role",
  [
    z.strictObject({
      ...messageFields,
      role: z.literal("user"),
      content: z.union([z.string(), z.array(inputPartSchema)]),
    }),
    z.strictObject({
      ...messageFields,
      role: z.literal("assistant"),
      content: z.union([z.string(), z.array(z.discriminatedUnion("type", [outputTextSchema], "expected output_text"))]),
      phase: z.enum(["commentary", "final_answer"]).nullish(),
    }),
    z.strictObject({
      ...messageFields,
      role: z.enum(["system", "developer"]),
      content: z.union([z.string(), textPartsSchema]),
    }),
  ],
  "expected user, assistant, system or developer",
);
export type MessageItem = z.infer<typeof messageItemSchema>;

const functionCallSchema = z.strictObject({
  type: z.literal("function_call"),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
  ...kept,
  ...direct,
});
export type FunctionCallItem = z.infer<typeof functionCallSchema>;

/** Results are text: OpenAI's chat completions have no place for images in them. */
const functionCallOutputSchema = z.strictObject({
  type: z.literal("function_call_output"),
  call_id: z.string().min(1),
  output: z.union([z.string(), textPartsSchema]),
  ...kept,
  ...direct,
});
export type FunctionCallOutputItem = z.infer<typeof functionCallOutputSchema>;

/** What the model thought, as an answer told it. */
const reasoningSchema = z.strictObject({
  type: z.literal("reasoning"),
  summary: z.array(z.strictObject({ type: z.literal("summary_text"), text: z.string() })).nullish(),
  content: z.array(z.strictObject({ type: z.literal("reasoning_text"), text: z.string() })).nullish(),
  encrypted_content: z.null("thoughts that another service has encrypted cannot be read here").optional(),
  ...kept,
});
export type ReasoningItem = z.infer<typeof reasoningSchema>;

export const inputItemSchema = z.discriminatedUnion(
  "type",
  [messageItemSchema, functionCallSchema, functionCallOutputSchema, reasoningSchema],
  "expected message, function_call, function_call_output or reasoning: other items belong to tools that run at the service, or to what it keeps",
);
export type InputItem = z.infer<typeof inputItemSchema>;
