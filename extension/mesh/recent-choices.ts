import * as z from "zod";
import { type ModelChoice, modelChoiceSchema } from "../chat/model-choice.ts";
import { choiceKey } from "./askable-models.ts";

/** What was chosen lately, the last first. What cannot be read is nothing: nobody can repair it by hand. */
export const recentChoicesSchema = z.array(modelChoiceSchema).catch([]);

/** Enough that those that are still there fill a short list. */
const maxKept = 12;

/** With another choice in front; chosen again, it moves there. */
export function withRecent(choices: readonly ModelChoice[], choice: ModelChoice): ModelChoice[] {
  const key = choiceKey(choice);
  return [choice, ...choices.filter((each) => choiceKey(each) !== key)].slice(0, maxKept);
}
