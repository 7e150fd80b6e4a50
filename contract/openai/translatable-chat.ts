import * as z from "zod";
import { chatRequestSchema } from "./chat.ts";

/**
 * A chat request as a translation into another dialect reads it: strict, so that what is not named here is refused by
 * name instead of lost. Source: the OpenAI API reference, 2026, and what its SDKs send back of an answer.
 */
const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const imagePart = z.strictObject({
  type: z.literal("image_url"),
  image_url: z.strictObject({ url: z.string().min(1), detail: z.enum(["auto", "low", "high"]).nullish() }),
});
const textContent = z.union([z.string(), z.array(textPart).min(1)]);

/** What Google knows its thoughts by: an extension, named as in its own OpenAI-compatible API. Others leave it aside. */
const extraContentSchema = z.strictObject({
  google: z.strictObject({ thought_signature: z.string().min(1).nullish() }).nullish(),
});

const callSchema = z.strictObject({
  id: z.string().min(1),
  type: z.literal("function"),
  /** Where the call stands among others: pieces of streams have it, and some clients send it back. */
  index: z.number().int().nullish(),
  function: z.strictObject({ name: z.string().min(1), arguments: z.string() }),
  extra_content: extraContentSchema.nullish(),
});
export type TranslatableCall = z.infer<typeof callSchema>;

/** Thoughts with what their maker knows them by: an extension, named as LiteLLM has it. */
const thinkingBlockSchema = z.union([
  z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string().min(1) }),
  z.strictObject({ type: z.literal("redacted_thinking"), data: z.string().min(1) }),
]);

const nothing = z.array(z.never("only an empty list can be translated")).nullish();
const messageSchema = z.discriminatedUnion(
  "role",
  [
    z.strictObject({ role: z.literal("system"), content: textContent }),
    z.strictObject({ role: z.literal("developer"), content: textContent }),
    z.strictObject({
      role: z.literal("user"),
      content: z.union([
        z.string(),
        z
          .array(
            z.discriminatedUnion(
              "type",
              [textPart, imagePart],
              "expected text or image_url: others have no translation",
            ),
          )
          .min(1),
      ]),
    }),
    z.strictObject({
      role: z.literal("assistant"),
      content: textContent.nullish(),
      tool_calls: z.array(callSchema).max(128).nullish(),
      reasoning_content: z.string().nullish(),
      reasoning: z.string().nullish(),
      thinking_blocks: z.array(thinkingBlockSchema).max(1024).nullish(),
      extra_content: extraContentSchema.nullish(),
      // Parts of an answer that clients send back with it.
      refusal: z.null().optional(),
      audio: z.null().optional(),
      function_call: z.null().optional(),
      annotations: nothing,
    }),
    z.strictObject({ role: z.literal("tool"), content: textContent, tool_call_id: z.string().min(1) }),
  ],
  "expected system, developer, user, assistant or tool",
);
export type TranslatableMessage = z.infer<typeof messageSchema>;

// No other dialect begins an answer for its model: then another place is asked.
const { continue_final_message: _continues, add_generation_prompt: _prompts, ...known } = chatRequestSchema.shape;
const toolSchema = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().min(1).max(128),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});
export type TranslatableTool = z.infer<typeof toolSchema>;

export const translatableChatSchema = z.strictObject({
  ...known,
  messages: z.array(messageSchema).min(1).max(4096),
  tools: z.array(toolSchema).max(512).nullish(),
  user: z.string().nullish(),
  // Values that say what is so by default.
  modalities: z.array(z.literal("text")).nullish(),
  service_tier: z.enum(["auto", "default"]).nullish(),
  store: z.literal(false).nullish(),
  functions: nothing,
});
export type TranslatableChat = z.infer<typeof translatableChatSchema>;
