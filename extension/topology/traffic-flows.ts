import type { TrafficChange } from "../../contract/mesh/traffic.ts";
import type { Flow } from "../../contract/webview/mesh.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { placeEdgeId, userId } from "./mesh-picture.ts";

/** What passes the edges of the way from the person to each model that requests have reached. */
export function trafficFlows(store: MeshStore, flows: TrafficChange["flows"]): Flow[] {
  const edges = new Map<string, Flow>();
  for (const { id, finished, failed } of flows) {
    const latencyMs = store.traffic.of(id)?.p50Ms ?? null;
    for (const edge of wayTo(store, id)) {
      const before = edges.get(edge);
      const requests = (before?.requests ?? 0) + finished;
      const errors = (before?.errors ?? 0) + failed;
      edges.set(edge, { edge, requests, errors, latencyMs: latencyMs ?? before?.latencyMs ?? null });
    }
  }
  return [...edges.values()];
}

/** Answers that are being written flow as well: one a place that is busy, for each of its open requests. */
export function openFlows(store: MeshStore): Flow[] {
  const places = store.traffic.busy.filter(({ id }) => store.topology.get(id)?.kind === "model");
  return trafficFlows(
    store,
    places.map(({ id, openRequests }) => ({ id, finished: openRequests, failed: 0 })),
  );
}

function wayTo(store: MeshStore, placeId: string): string[] {
  const place = store.topology.get(placeId);
  const backend = store.topology.parentOf(placeId);
  const router = backend === undefined ? undefined : store.topology.parentOf(backend.id);
  if (place === undefined || backend === undefined || router === undefined) return [];
  return [`${userId}>${router.id}`, `${router.id}>${backend.id}`, placeEdgeId(place, backend)];
}
