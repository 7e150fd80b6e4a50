import * as z from "zod";
import type { ModelCapability } from "../../contract/mesh/model-capability.ts";
import { privacyLabelSchema } from "../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../contract/mesh/routing.ts";
import { type AskableModel, askableModels, isAnyOfSeveral } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { ModelPlace } from "../mesh/model-places.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/**
 * A model as the editor's own chat offers it. Kept between windows, so that it can be chosen before the node has started.
 */
export const offeredModelSchema = z.object({
  /** Unique among those that are offered. */
  id: z.string(),
  name: z.string(),
  /** Beside the name: where it is. */
  detail: z.string(),
  tooltip: z.string(),
  /** What the node is asked for. */
  model: z.string(),
  strategy: strategyIdSchema.optional(),
  privacy: privacyLabelSchema.optional(),
  /** Of one conversation: prompt and answer. */
  contextTokens: z.number(),
  /** Its template tells it of functions. One of this node that does not know them can still be held to a call. */
  knowsTools: z.boolean(),
  seesImages: z.boolean(),
  /** Whether the node's own engine has it, which can count its tokens and force the shape of its answers. */
  isOwn: z.boolean(),
});
export type OfferedModel = z.infer<typeof offeredModelSchema>;

/** What is assumed of a model whose place does not tell its context: the least that servers are started with. */
const unknownContextTokens = 4096;

/**
 * All models that a chat can be had with, first those that stand for others. Names come once: where several places have
 * the same one, the router chooses, and the limits are those of the place that takes least. Undefined until the node has
 * told of its models.
 */
export function offeredModels(store: MeshStore, t: Translate): OfferedModel[] | undefined {
  if (store.nodeState.kind !== "ready" || store.models === undefined) return undefined;
  const models = askableModels(store);
  return [
    ...models.filter(({ kind }) => kind === "virtual").map((model) => anyOf(model, virtualWords(model.model, t), t)),
    ...models.filter(({ kind }) => kind === "alias").map((model) => aliased(model, t)),
    ...models.filter(({ kind }) => kind === "routed").map((model) => offered(model, t)),
  ];
}

function offered({ model, choice, places }: AskableModel, t: Translate): OfferedModel {
  const known = places.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== null);
  const context = known.length === 0 ? unknownContextTokens : Math.min(...known);
  const isOwn = places.every((place) => place.isOwn);
  const where = places.map(({ label, backend }) => plainText(backend?.label ?? label, 40));
  return {
    id: model,
    name: plainText(places[0]?.label ?? model, 60),
    detail: isOwn ? t("This machine") : where.join(", ").slice(0, 120),
    tooltip: [
      plainText(model, 120),
      where.join(", "),
      ...(known.length === 0
        ? [t("Its place does not tell the context: {0} tokens are assumed.", { 0: context })]
        : []),
      isOwn ? t("Tokens are counted exactly while it is loaded.") : t("Tokens are estimated."),
    ].join("\n"),
    ...choice,
    contextTokens: context,
    knowsTools: places.every(can("tools")),
    seesImages: places.every(can("vision")),
    isOwn,
  };
}

/** A name that a person has given: of one model it takes what that takes, of several what any of them does. */
function aliased(model: AskableModel, t: Translate): OfferedModel {
  const models = [...new Set(model.places.map(({ label }) => plainText(label, 40)))].join(", ").slice(0, 120);
  const words = { name: plainText(model.model, 60), detail: t("Alias of {0}", { 0: models }) };
  return isAnyOfSeveral(model) ? anyOf(model, words, t) : { ...offered(model, t), ...words };
}

type Words = Pick<OfferedModel, "name" | "detail">;

/** One that stands for others: the router leaves out what is too small for a prompt, or cannot do what is asked for. */
function anyOf({ model, choice, places }: AskableModel, words: Words, t: Translate): OfferedModel {
  return {
    id: model,
    ...words,
    tooltip: `${words.detail}\n${t("Tokens are estimated.")}`,
    ...choice,
    contextTokens: Math.max(...places.map(({ contextTokens }) => contextTokens ?? unknownContextTokens)),
    knowsTools: places.some(can("tools")),
    seesImages: places.some(can("vision")),
    isOwn: places.every((place) => place.isOwn),
  };
}

const can =
  (capability: ModelCapability) =>
  ({ capabilities }: ModelPlace): boolean =>
    capabilities?.includes(capability) ?? false;

function virtualWords(model: string, t: Translate): Words {
  switch (model) {
    case "auto#fastest":
      return { name: t("Mesh Fastest"), detail: t("What answers soonest") };
    case "auto#local":
      return { name: t("Mesh Local Only"), detail: t("Never leaves this machine") };
    case "auto#largest":
      return { name: t("Mesh Largest"), detail: t("Has the most parameters, and is no cloud's") };
    default:
      return { name: t("Mesh Auto"), detail: t("The node chooses") };
  }
}
