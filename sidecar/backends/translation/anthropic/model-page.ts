import {
  type ListedAnthropicModel,
  listedModelSchema,
  modelPageSchema,
} from "../../../../contract/anthropic/answer.ts";
import type { ModelCapability } from "../../../../contract/mesh/model-capability.ts";
import type { ListedModel } from "../../server/model-list.ts";

/** What the Models API says of a model, where its entry is one. */
export const readListedModel = (entry: unknown): ListedAnthropicModel | undefined =>
  listedModelSchema.safeParse(entry).data;

/** A model with what its entry says of it. Every model there chats and takes tools, as far as this API is documented. */
export function withFacts(model: ListedModel, { max_input_tokens, capabilities }: ListedAnthropicModel): ListedModel {
  const can: ModelCapability[] = ["chat", "tools"];
  if (capabilities?.thinking?.supported === true) can.push("reasoning");
  if (capabilities?.image_input === true) can.push("vision");
  return {
    ...model,
    contextTokens: max_input_tokens ?? model.contextTokens,
    // What it says nothing of it may have.
    capabilities: capabilities == null ? model.capabilities : can,
  };
}

/** The path of a list's next page. */
export function nextPage(body: Buffer, listPath: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
  const { data } = modelPageSchema.safeParse(value);
  return data === undefined ? null : `${listPath}&after_id=${encodeURIComponent(data.last_id)}`;
}
