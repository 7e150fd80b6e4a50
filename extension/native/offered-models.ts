import * as z from "zod";
import { type PrivacyLabel, privacyLabelSchema } from "../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../contract/mesh/routing.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
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

interface Place {
  readonly model: TopologyNode;
  readonly backend: TopologyNode | undefined;
}

/**
 * All models that a chat can be had with, first those that stand for others. Names come once: where several places have
 * the same one, the router chooses, and the limits are those of the place that takes least. Undefined until the node has
 * told of its models.
 */
export function offeredModels(store: MeshStore, t: Translate): OfferedModel[] | undefined {
  if (store.nodeState.kind !== "ready" || store.models === undefined) return undefined;
  const places = store.topology
    .ofKind("model")
    .filter(({ modelId, capabilities, health }) => modelId !== null && canChat(capabilities) && health !== "disabled")
    .map((model): Place => ({ model, backend: store.topology.parentOf(model.id) }));
  const byName = [...Map.groupBy(places, ({ model }) => model.modelId ?? "")];
  const named = byName.map(([name, all]) => offered(name, all, t)).filter(({ id }) => !/^auto(#|$)/.test(id));
  return [...virtual(places, t), ...named];
}

/** Where nobody says what a model can do, chatting is what most can. */
const canChat = (capabilities: TopologyNode["capabilities"]): boolean => capabilities?.includes("chat") ?? true;

function offered(name: string, places: readonly Place[], t: Translate): OfferedModel {
  const known = places.map(({ model }) => model.contextTokens).filter((tokens) => tokens !== null);
  const context = known.length === 0 ? unknownContextTokens : Math.min(...known);
  const isOwn = places.every(({ backend }) => backend?.backendKind === "local-engine");
  const where = places.map(({ model, backend }) => plainText(backend?.label ?? model.label, 40));
  const label = plainText(places[0]?.model.label ?? name, 60);
  return {
    id: name,
    name: label,
    detail: isOwn ? t("This machine") : where.join(", ").slice(0, 120),
    tooltip: [
      plainText(name, 120),
      where.join(", "),
      ...(known.length === 0
        ? [t("Its place does not tell the context: {0} tokens are assumed.", { 0: context })]
        : []),
      isOwn ? t("Tokens are counted exactly while it is loaded.") : t("Tokens are estimated."),
    ].join("\n"),
    model: name,
    contextTokens: context,
    knowsTools: places.every(({ model }) => model.capabilities?.includes("tools") ?? false),
    seesImages: places.every(({ model }) => model.capabilities?.includes("vision") ?? false),
    isOwn,
  };
}

/** `auto`, and wishes of the router's on top of it. None where there is nothing to choose from. */
function virtual(places: readonly Place[], t: Translate): OfferedModel[] {
  if (places.length === 0) return [];
  const here = places.filter(({ model, backend }) => (model.privacy ?? backend?.privacy) === "local");
  const make = (
    id: string,
    words: { readonly name: string; readonly detail: string },
    { among, ...wishes }: { among: readonly Place[]; strategy?: "least-latency"; privacy?: PrivacyLabel },
  ): OfferedModel => ({
    id,
    ...words,
    tooltip: `${words.detail}\n${t("Tokens are estimated.")}`,
    model: "auto",
    ...wishes,
    // The router leaves out what is too small for a prompt, so the largest counts.
    contextTokens: Math.max(...among.map(({ model }) => model.contextTokens ?? unknownContextTokens)),
    // Likewise it leaves out what cannot do what is asked for.
    knowsTools: among.some(({ model }) => model.capabilities?.includes("tools") ?? false),
    seesImages: among.some(({ model }) => model.capabilities?.includes("vision") ?? false),
    isOwn: among.every(({ backend }) => backend?.backendKind === "local-engine"),
  });
  return [
    make("auto", { name: t("Mesh Auto"), detail: t("The node chooses") }, { among: places }),
    make(
      "auto#fastest",
      { name: t("Mesh Fastest"), detail: t("What answers soonest") },
      { among: places, strategy: "least-latency" },
    ),
    ...(here.length === 0
      ? []
      : [
          make(
            "auto#local",
            { name: t("Mesh Local Only"), detail: t("Never leaves this machine") },
            { among: here, privacy: "local" },
          ),
        ]),
  ];
}
