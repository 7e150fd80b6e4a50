import type { Health } from "../../contract/mesh/health.ts";
import type { BackendId } from "../../contract/mesh/ids.ts";
import type { ModelState, ModelSummary } from "../../contract/mesh/model.ts";
import type { ModelCapability } from "../../contract/mesh/model-capability.ts";
import { type PrivacyLabel, privacyLabels } from "../../contract/mesh/privacy-label.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import { isUsable, type MeshStore } from "./mesh-store.ts";
import { parametersInName } from "./parameters-in-name.ts";

/** A model that can chat, at one of the places that have it. Names are of other machines, and not cleaned. */
export interface ModelPlace {
  /** The name that requests use; the same in each of its places. */
  readonly modelId: string;
  /** What people call it. */
  readonly label: string;
  /** Null for a file of this machine that the topology does not show yet. */
  readonly backendId: BackendId | null;
  readonly backend: TopologyNode | undefined;
  /** What it is: `sha256:…` or a revision; null where nobody says. */
  readonly artifact: string | null;
  /** At this node's own engine, which loads it when it is asked. */
  readonly isOwn: boolean;
  readonly isDemo: boolean;
  /** A model is no better than what serves it. */
  readonly health: Health;
  readonly reason: string | null;
  /** Null where nobody tells. */
  readonly state: ModelState | null;
  readonly sizeBytes: number | null;
  /** Of one conversation; null where nobody tells, and of own models that are not loaded. */
  readonly contextTokens: number | null;
  /** What it was made for: an own model may get as much when it is loaded. */
  readonly trainedContextTokens: number | null;
  readonly capabilities: readonly ModelCapability[] | null;
  readonly privacy: PrivacyLabel | null;
  /** As its file says, or else its name; null where neither does. */
  readonly parameters: number | null;
  /** Half of the last answers began within this time. */
  readonly latencyMs: number | null;
  readonly tokensPerSecond: number | null;
}

/** All places of all models that can chat: this machine's first, then those of its servers as the node tells of them. */
export function modelPlaces(store: MeshStore): ModelPlace[] {
  const things = store.topology.ofKind("model").map((thing) => ({ thing, backend: store.topology.parentOf(thing.id) }));
  const isOwn = (backend: TopologyNode | undefined): boolean => backend?.backendKind === ownEngine;
  const shown = new Map(
    things.filter(({ backend }) => isOwn(backend)).map((each) => [each.thing.modelId, each] as const),
  );
  const files = (store.models ?? [])
    .filter(isUsable)
    .map((summary) => place(store, { summary, ...(shown.get(summary.id) ?? {}) }));
  const others = things
    // The list of files says more of them, and also which of them cannot be used.
    .filter(({ thing, backend }) => !(isOwn(backend) && store.model(thing.modelId ?? "") !== undefined))
    .filter(({ thing }) => thing.modelId !== null && canChat(thing))
    .map((each) => place(store, { ...each, summary: undefined }));
  const [own, rest] = [others.filter((each) => each.isOwn), others.filter((each) => !each.isOwn)];
  return [...files, ...own, ...rest];
}

const ownEngine = "local-engine";

/** Where nobody says what a model can do, chatting is what most can. */
const canChat = ({ capabilities }: TopologyNode): boolean => capabilities?.includes("chat") ?? true;

interface Source {
  readonly summary: ModelSummary | undefined;
  readonly thing?: TopologyNode;
  readonly backend?: TopologyNode | undefined;
}

function place({ traffic }: MeshStore, { summary, thing, backend }: Source): ModelPlace {
  const modelId = summary?.id ?? thing?.modelId ?? "";
  const label = summary?.displayName ?? thing?.label ?? modelId;
  const figures = thing === undefined ? undefined : traffic.of(thing.id);
  const health = thing?.health ?? "healthy";
  const isBackendWell = backend === undefined || backend.health === "healthy" || backend.health === "degraded";
  return {
    modelId,
    label,
    backendId: thing?.backendId ?? backend?.backendId ?? null,
    backend,
    artifact: thing?.artifact ?? null,
    isOwn: summary !== undefined || backend?.backendKind === ownEngine,
    isDemo: summary?.isDemo ?? false,
    health: isBackendWell ? health : backend.health,
    reason: (isBackendWell ? thing?.reason : (backend.reason ?? thing?.reason)) ?? null,
    // The topology tells of a change before the list of models is read again.
    state: thing?.modelState ?? summary?.state ?? null,
    sizeBytes: summary?.sizeBytes ?? null,
    contextTokens: thing?.contextTokens ?? summary?.contextTokens ?? null,
    trainedContextTokens: summary?.trainedContextTokens ?? null,
    capabilities: thing?.capabilities ?? summary?.capabilities ?? null,
    privacy: thing?.privacy ?? backend?.privacy ?? (summary === undefined ? null : "local"),
    parameters: summary?.parameterCount ?? parametersInName(modelId),
    latencyMs: figures?.p50Ms ?? backend?.latencyMs ?? null,
    tokensPerSecond: figures?.tokensPerSecond ?? null,
  };
}

/** From the best: what a question meets that may go to any of several places. */
const healthOrder: readonly Health[] = [
  "healthy",
  "degraded",
  "loading",
  "unknown",
  "draining",
  "unhealthy",
  "disabled",
];

/** The best of several places; undefined where there is none. */
export const bestPlace = (places: readonly ModelPlace[]): ModelPlace | undefined =>
  places.toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))[0];

/** Whether a question that may go so far may go there; not where nobody says how far that is. */
export const isWithin = ({ privacy }: ModelPlace, limit: PrivacyLabel): boolean =>
  privacy !== null && privacyLabels.indexOf(privacy) <= privacyLabels.indexOf(limit);

/** Whether a question would be answered there, as far as anybody knows. */
export const isPromising = ({ health }: ModelPlace): boolean =>
  health === "healthy" || health === "degraded" || health === "loading" || health === "unknown";
