import type { ListedAnthropicModel } from "../../../../contract/anthropic/answer.ts";
import type { TranslatableChat } from "../../../../contract/openai/translatable-chat.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { unsupportedValue } from "../refuse-fields.ts";

type Effort = NonNullable<TranslatableChat["reasoning_effort"]>;

/** For models that take a budget, in tokens: our own gateway reads `low`, `medium` and `high` out of them again. */
const budgets: Readonly<Record<Exclude<Effort, "none">, number>> = {
  minimal: 1024,
  low: 4096,
  medium: 16_384,
  high: 24_576,
  xhigh: 32_768,
};
/** The least that the API takes. */
const leastBudget = 1024;

const levels = { minimal: "low", low: "low", medium: "medium", high: "high" } as const;

export interface ThinkingWish {
  readonly effort: TranslatableChat["reasoning_effort"];
  readonly maxTokens: number;
  /** What is known of the model; undefined where it is not listed. */
  readonly model: ListedAnthropicModel | undefined;
}

/**
 * How hard to think: `adaptive` thinking with an effort, or a budget for models whose list entry says that they only take
 * one. Of a model about which nothing is known the newer form is believed. Thoughts are asked for in words.
 *
 * @throws MeshError `unsupported_field`, `invalid_field`
 */
export function thinkingFields({ effort, maxTokens, model }: ThinkingWish): { thinking?: object; effort?: string } {
  if (effort === null || effort === undefined) return {};
  const { thinking, effort: efforts } = model?.capabilities ?? {};
  const { adaptive, enabled, disabled } = thinking?.types ?? {};
  const cannotThink = thinking?.supported === false;
  if (effort === "none") {
    if (disabled === false) throw unsupportedValue("reasoning_effort", "this model cannot be kept from thinking");
    return cannotThink ? {} : { thinking: { type: "disabled" } };
  }
  if (cannotThink) throw unsupportedValue("reasoning_effort", "this model does not think");
  if (adaptive === false && enabled === true) return { thinking: budgeted(effort, maxTokens) };
  const shown = { thinking: { type: "adaptive", display: "summarized" } };
  if (efforts?.supported === false) return shown;
  // Never more than was asked for.
  const level = effort === "xhigh" ? (efforts?.xhigh === false ? "high" : "xhigh") : levels[effort];
  return { ...shown, effort: level };
}

function budgeted(effort: Exclude<Effort, "none">, maxTokens: number): object {
  const budget = Math.min(budgets[effort], maxTokens - 1);
  if (budget < leastBudget) {
    throw invalidField("reasoning_effort", `max_tokens leaves no room for it: thinking takes ${leastBudget} at least`);
  }
  return { type: "enabled", budget_tokens: budget };
}
