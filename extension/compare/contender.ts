import type { Health } from "../../contract/mesh/health.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { Contender } from "../../contract/webview/compare-setup.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { type OfferedModel, offeredModels } from "../native/offered-models.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { privacyWords } from "../servers/server-changes.ts";

/** A contender as the list of models shows it. */
export interface OfferedContender {
  readonly contender: Contender;
  /** Harmless, short text. */
  readonly label: string;
  readonly detail: string;
  /** How its place is; null where the router chooses among several. */
  readonly health: Health | null;
}

export interface ContenderGroup {
  readonly title: string;
  readonly contenders: readonly OfferedContender[];
}

/** The same text for the same contender, whatever order its fields have: by this the tally knows it again. */
export const contenderKey = ({ model, backend, strategy, privacy }: Contender): string =>
  JSON.stringify([model, backend ?? null, strategy ?? null, privacy ?? null]);

/**
 * Everything that can be asked in a column: first what leaves the place to the router, then each model at each place.
 * Empty until the node has told of its models.
 */
export function contenderGroups(store: MeshStore, t: Translate): ContenderGroup[] {
  const places = chatPlaces(store);
  const names = Map.groupBy(places, ({ modelId }) => modelId ?? "");
  const routed = (offeredModels(store, t) ?? []).filter(
    ({ id, model }) => model === "auto" || (names.get(id)?.length ?? 0) > 1,
  );
  const byBackend = [...Map.groupBy(places, ({ backendId }) => backendId ?? "")];
  const groups = [
    { title: t("The mesh chooses the place"), contenders: routed.map(routedContender) },
    ...byBackend.map(([backend, models]) => ({
      title: backendName(store, backend),
      contenders: models.map((place) => placedContender(store, place, t)),
    })),
  ];
  return groups.filter(({ contenders }) => contenders.length > 0);
}

/** What a contender is called now, and where it is asked; one that has gone keeps its name. */
export function describeContender(
  store: MeshStore,
  contender: Contender,
  t: Translate,
): { readonly label: string; readonly detail: string } {
  const { model, backend } = contender;
  const gone = { label: plainText(model, 60), detail: plainText(backend ?? "") };
  if (backend !== undefined) {
    const place = chatPlaces(store).find(({ modelId, backendId }) => modelId === model && backendId === backend);
    return {
      label: place === undefined ? gone.label : plainText(place.label, 60),
      detail: backendName(store, backend),
    };
  }
  const key = contenderKey(contender);
  const offers = (offeredModels(store, t) ?? []).map(routedContender);
  return offers.find((each) => contenderKey(each.contender) === key) ?? gone;
}

/** The contender that a row of the tree or a thing of the topology is about; undefined where that is no model. */
export function contenderOf(store: MeshStore, argument: unknown): Contender | undefined {
  if (typeof argument !== "object" || argument === null) return undefined;
  const { id, modelId, backendId } = argument as { id?: unknown; modelId?: unknown; backendId?: unknown };
  const row = typeof id === "string" ? store.topology.get(id) : undefined;
  const model = row?.modelId ?? modelId;
  const backend = row?.backendId ?? backendId;
  if (typeof model !== "string") return undefined;
  if (typeof backend === "string") return { model, backend };
  const [only, ...others] = chatPlaces(store).filter((place) => place.modelId === model);
  // A model that is in one place alone is listed there.
  return only?.backendId != null && others.length === 0 ? { model, backend: only.backendId } : { model };
}

const chatPlaces = (store: MeshStore): TopologyNode[] =>
  store.topology
    .ofKind("model")
    .filter(
      ({ modelId, backendId, capabilities, health }) =>
        modelId !== null && backendId !== null && (capabilities?.includes("chat") ?? true) && health !== "disabled",
    );

function backendName(store: MeshStore, id: string): string {
  const backend = store.topology.ofKind("backend").find(({ backendId }) => backendId === id);
  return plainText(backend?.label ?? id, 40);
}

function routedContender({ name, detail, model, strategy, privacy }: OfferedModel): OfferedContender {
  const wishes = { ...(strategy === undefined ? {} : { strategy }), ...(privacy === undefined ? {} : { privacy }) };
  return { contender: { model, ...wishes }, label: name, detail, health: null };
}

function placedContender(store: MeshStore, place: TopologyNode, t: Translate): OfferedContender {
  const { label, modelId, backendId, contextTokens, modelState, reason, health: own } = place;
  const backend = store.topology.parentOf(place.id);
  const serves = backend === undefined || backend.health === "healthy" || backend.health === "degraded";
  const health = serves ? own : backend.health;
  const privacy = place.privacy ?? backend?.privacy ?? null;
  const words = [
    ...(modelState === "available" ? [t("not loaded")] : []),
    ...(contextTokens === null ? [] : [t("{0} tokens of context", { 0: contextTokens })]),
    ...(privacy === null ? [] : [privacyWords(privacy, t)]),
    ...(health === "healthy" ? [] : [plainText(reason ?? backend?.reason ?? "", 80)]),
  ];
  return {
    contender: { model: modelId ?? "", ...(backendId === null ? {} : { backend: backendId }) },
    label: plainText(label, 60),
    detail: words.filter(Boolean).join(" · "),
    health,
  };
}
