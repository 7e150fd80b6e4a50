// The namespace form lets a bundler leave out the parts of zod that are not used: this file is in the webview's bundle.
import * as z from "zod";
import { backendIdSchema } from "../mesh/ids.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { strategyIdSchema } from "../mesh/routing.ts";
import { chatParametersSchema } from "./chat-composer.ts";

/** How many answers stand side by side. */
export const fewestContenders = 2;
export const mostContenders = 4;

/** Who is asked in one column: a model wherever the router finds it or at one place, or a wish of the router's. */
export const contenderSchema = z.strictObject({
  model: z.string().min(1).max(4_096),
  strategy: strategyIdSchema.optional(),
  privacy: privacyLabelSchema.optional(),
  /** The model at these places and nowhere else; without them, the router chooses. */
  onlyBackends: z.array(backendIdSchema).min(1).max(64).optional(),
});
export type Contender = z.infer<typeof contenderSchema>;

/** The same for all columns; null leaves it to each model. */
export const compareParametersSchema = chatParametersSchema.pick({ temperature: true, maxTokens: true, seed: true });
export type CompareParameters = z.infer<typeof compareParametersSchema>;

/** Definite values, so that no model answers by defaults of its own, and a seed, so that the answers can be had again. */
export const defaultCompareParameters: CompareParameters = { temperature: 0.7, maxTokens: 1_024, seed: 42 };

/** What all columns are asked. */
export const compareQuestionSchema = z.strictObject({
  prompt: z.string().min(1).max(200_000),
  /** The system prompt; "" sends none. */
  instructions: z.string().max(100_000),
  parameters: compareParametersSchema,
  /** One column after another, so that none takes another's time. */
  isInTurn: z.boolean(),
  /** Columns are shuffled and unnamed until the vote. */
  isBlind: z.boolean(),
});
export type CompareQuestion = z.infer<typeof compareQuestionSchema>;

/**
 * What the page keeps for its next life, by the editor's `setState`: what a person has typed and chosen, never an
 * answer.
 */
export const compareViewStateSchema = z.strictObject({
  question: compareQuestionSchema.extend({ prompt: z.string().max(200_000) }),
  contenders: z.array(contenderSchema).max(mostContenders),
  scrollsTogether: z.boolean(),
  showsDifferences: z.boolean(),
  isTallyOpen: z.boolean(),
  /** There were answers, which only this window has: after a reload they are gone. */
  hadAnswers: z.boolean(),
});
export type CompareViewState = z.infer<typeof compareViewStateSchema>;
