import type { TranslatableChat } from "../../../../contract/openai/translatable-chat.ts";
import { unsupportedValue } from "../refuse-fields.ts";
import { isUpToSecond } from "./model-generation.ts";

type Effort = TranslatableChat["reasoning_effort"];

/** What each effort stands for in tokens. Source: Google's page on its OpenAI-compatible API. */
const budgets = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 } as const;
const levels = { minimal: "MINIMAL", low: "LOW", medium: "MEDIUM", high: "HIGH" } as const;

/**
 * How much to think, and whether to tell. Undefined leaves both to the model: one that does not think refuses to be asked.
 *
 * @throws MeshError `unsupported_field`
 */
export function thinkingConfig(
  effort: Effort,
  { model, isThinking }: { readonly model: string; readonly isThinking: boolean },
): object | undefined {
  if (effort === undefined || effort === null) return isThinking ? { includeThoughts: true } : undefined;
  if (effort === "xhigh") throw unsupportedValue("reasoning_effort", "its highest is 'high'");
  if (isUpToSecond(model)) return { thinkingBudget: budgets[effort], includeThoughts: effort !== "none" };
  if (effort === "none")
    throw unsupportedValue("reasoning_effort", "this model always thinks; its lowest is 'minimal'");
  return { thinkingLevel: levels[effort], includeThoughts: true };
}
