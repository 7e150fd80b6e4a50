import * as z from "zod";
import { type ModelChoice, modelChoiceSchema } from "../chat/model-choice.ts";
import { askableName } from "../chat/model-entry-words.ts";
import { type AskableModel, isAnyOfSeveral } from "../mesh/askable-models.ts";
import type { Translate } from "../platform/translate.ts";

/** A model that is asked from the editor. */
export interface InlineModel {
  readonly choice: ModelChoice;
  /** As people call it. */
  readonly name: string;
  /** At this machine's own engine and nowhere else. */
  readonly isOwn: boolean;
  /** Tokens of one conversation, wherever it is answered; null where nobody tells, and of own models that are not loaded. */
  readonly contextTokens: number | null;
}

/** What is asked; without a model the node says that there is none. */
export function inlineModel(model: AskableModel | null, t: Translate): InlineModel {
  if (model === null) return { choice: { model: "" }, name: "", isOwn: false, contextTokens: null };
  const { choice, places } = model;
  const isAny = isAnyOfSeveral(model);
  const known = places.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== null);
  // What stands for others goes to a place that can take the prompt, a model to any of its places.
  const context = isAny ? Math.max(...known) : Math.min(...known);
  return {
    choice,
    name: askableName(model, t),
    isOwn: !isAny && places.length > 0 && places.every((place) => place.isOwn),
    contextTokens: known.length === 0 ? null : context,
  };
}

/** What was chosen for inline chat; earlier versions kept a model's name. */
export const keptInlineChoiceSchema = z
  .union([modelChoiceSchema, z.string().transform((model): ModelChoice => ({ model }))])
  .nullable()
  .catch(null);
