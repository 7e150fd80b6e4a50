import * as z from "zod";
import { healthSchema } from "../mesh/health.ts";
import { attachmentChipSchema } from "./chat-turns.ts";

/** The model that the next question goes to, as the composer's button shows it. It is chosen in the editor's own list. */
export const chosenModelSchema = z.object({
  label: z.string(),
  /** Where it is, its context, speed and privacy label, in one line. */
  detail: z.string(),
  health: healthSchema,
});
export type ChosenModel = z.infer<typeof chosenModelSchema>;

/** What a conversation asks of its models; null leaves it to them. Names and ranges as in OpenAI's dialect. */
export const chatParametersSchema = z.strictObject({
  temperature: z.number().min(0).max(2).nullable(),
  topP: z.number().min(0).max(1).nullable(),
  maxTokens: z.number().int().min(1).max(1_000_000).nullable(),
  seed: z.number().int().min(-2_147_483_648).max(2_147_483_647).nullable(),
  reasoningEffort: z.enum(["none", "minimal", "low", "medium", "high"]).nullable(),
});
export type ChatParameters = z.infer<typeof chatParametersSchema>;

export const noParameters: ChatParameters = {
  temperature: null,
  topP: null,
  maxTokens: null,
  seed: null,
  reasoningEffort: null,
};

/** What holds for a whole conversation. */
export const conversationOptionsSchema = z.strictObject({
  /** The system prompt; null takes the setting's. */
  instructions: z.string().max(100_000).nullable(),
  parameters: chatParametersSchema,
});
export type ConversationOptions = z.infer<typeof conversationOptionsSchema>;

/** How full the model's context would be with the next question. */
export const contextUseSchema = z.object({
  /** Of the conversation, the attachments and what is being written. */
  promptTokens: z.number().int(),
  /** Of one conversation of the model; null when nobody says. */
  contextTokens: z.number().int().nullable(),
  isExact: z.boolean(),
  /** What would be cut and how much, before anything is; null when all of it fits. */
  warning: z.string().nullable(),
});
export type ContextUse = z.infer<typeof contextUseSchema>;

/** Everything that the composer shows but for the words that are being written. */
export const composerStateSchema = z.object({
  model: chosenModelSchema.nullable(),
  attachments: z.array(attachmentChipSchema),
  /** Null until it is counted. */
  context: contextUseSchema.nullable(),
  options: conversationOptionsSchema,
  /** What the setting says, shown where the conversation has no instructions of its own. */
  defaultInstructions: z.string(),
});
export type ComposerState = z.infer<typeof composerStateSchema>;
