import type { RequestRecord } from "../../contract/mesh/routing.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import { requestsList } from "../../contract/rpc/routes.ts";
import type { MeshDetails, RecentRequest } from "../../contract/webview/mesh-details.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { plainText } from "../platform/plain-text.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { modelThingId, userId } from "./mesh-picture.ts";

/** Requests that the panel lists. */
const listed = 10;

/**
 * What the panel says about a thing. Undefined when the thing has gone.
 *
 * @throws MeshError when the node cannot be asked
 */
export async function thingDetails(
  { store, client }: { readonly store: MeshStore; readonly client: NodeClient },
  id: string,
  signal: AbortSignal,
): Promise<MeshDetails | undefined> {
  if (id === userId) return userDetails(store);
  const thing = store.topology.get(id);
  if (thing?.kind === "node") return routerDetails(store, thing);
  const recent = async (filter: { backend?: string; model?: string }): Promise<RequestRecord[]> =>
    (await client.request(requestsList, { ...filter, onlyFailed: false, limit: listed }, signal)).records;
  if (thing?.kind === "backend") return backendDetails(store, thing, await recent({ backend: thing.backendId ?? "" }));
  const places = placesOf(store, id);
  const [place] = places;
  if (place === undefined) return undefined;
  return modelDetails(store, places, await recent({ model: place.modelId ?? "" }));
}

/** The model at each backend that serves it. */
export function placesOf(store: MeshStore, thingId: string): TopologyNode[] {
  return store.topology.ofKind("model").filter((place) => modelThingId(place) === thingId);
}

function userDetails({ traffic }: MeshStore): MeshDetails {
  const clients = traffic.clients.map(({ name, lastAt, ...counts }) => ({
    ...counts,
    name: plainText(name, 200),
    lastAt: Date.parse(lastAt),
  }));
  return { kind: "user", clients };
}

function routerDetails({ status, traffic }: MeshStore, { id }: TopologyNode): MeshDetails {
  const figures = traffic.of(id);
  return {
    kind: "router",
    status: status?.lifecycle ?? "",
    version: status?.version ?? "",
    startedAt: status === undefined ? null : Date.parse(status.startedAt),
    requests: figures?.requests ?? null,
    succeeded: figures === undefined ? null : figures.requests - figures.failures,
    failed: figures?.failures ?? null,
  };
}

function backendDetails(store: MeshStore, backend: TopologyNode, records: readonly RequestRecord[]): MeshDetails {
  const { id, url, health, backendId } = backend;
  const models = store.topology.childrenOf(id);
  const figures = store.traffic.of(id);
  const lastError = records.find(({ error }) => error !== null)?.error ?? null;
  return {
    kind: "backend",
    address: url,
    isEnabled: health !== "disabled",
    latencyHistory: store.traffic.historyOf(id).map(({ at, p50Ms }) => ({ at: Date.parse(at), ms: p50Ms })),
    modelCount: models.length,
    load: loadOf(backend, models),
    errors: figures?.failures ?? null,
    lastError,
    requests: records.map((record) => recentRequest(record, backendId)),
  };
}

function modelDetails(
  store: MeshStore,
  places: readonly TopologyNode[],
  records: readonly RequestRecord[],
): MeshDetails {
  const [first] = places;
  const backends = places.map(({ id }) => store.topology.parentOf(id)).filter((backend) => backend !== undefined);
  return {
    kind: "model",
    modelId: first?.modelId ?? "",
    digest: first?.artifact ?? null,
    servedBy: backends.map(({ id }) => id),
    contextTokens: first?.contextTokens ?? null,
    capabilities: [...new Set(places.flatMap(({ capabilities }) => capabilities ?? []))],
    requests: records.map((record) => recentRequest(record, null)),
  };
}

/** A server's limit is one for all its models; the own engine has places per loaded model. */
function loadOf({ backendKind, openRequests }: TopologyNode, models: readonly TopologyNode[]): number | null {
  const capacities = models.map(({ capacity }) => capacity).filter((capacity) => capacity !== null);
  const sum = capacities.reduce((total, capacity) => total + capacity, 0);
  const capacity = backendKind === "local-engine" ? sum : Math.max(0, ...capacities);
  return openRequests === null || capacity === 0 ? null : Math.min(1, openRequests / capacity);
}

/** `backend`: the one that the panel shows; null where it shows a model, and the answering one counts. */
function recentRequest(record: RequestRecord, backend: string | null): RecentRequest {
  const { id, at, answeredBy, explanation, firstByteMs, attempts } = record;
  const here = backend ?? answeredBy?.backend ?? attempts.at(-1)?.backend;
  const attempt = attempts.find((each) => each.backend === here && each.outcome !== "answered");
  const ranked = explanation.ranked.find((each) => each.backend === here);
  return {
    id,
    at: Date.parse(at),
    model: plainText(explanation.asked, 200),
    firstByteMs: answeredBy?.backend === here ? firstByteMs : null,
    error: attempt?.outcome ?? record.error,
    because: plainText(ranked?.because ?? "", 300),
  };
}
