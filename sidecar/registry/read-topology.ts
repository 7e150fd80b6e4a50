import type { NodeId } from "../../contract/mesh/ids.ts";
import type { TopologyEdge, TopologyNode } from "../../contract/mesh/topology.ts";
import type { Backend } from "../backends/backend.ts";

export interface TopologySource {
  readonly nodeId: NodeId;
  readonly nodeName: string;
  readonly backends: readonly Backend[];
  readonly openRequests: number;
  /** Average time to the first byte of a backend, in milliseconds; null before its first answer. */
  readonly latencyMs: (backendId: string) => number | null;
}

const notAModel = { modelId: null, modelState: null };

/** This node, its backends and their models, as the mesh views show them. */
export function readTopology(source: TopologySource): { nodes: TopologyNode[]; edges: TopologyEdge[] } {
  const nodes: TopologyNode[] = [
    {
      id: source.nodeId,
      kind: "node",
      label: source.nodeName,
      ...notAModel,
      backendKind: null,
      health: "healthy",
      reason: null,
      privacy: "local",
      openRequests: source.openRequests,
      waitingRequests: null,
      latencyMs: null,
    },
  ];
  const edges: TopologyEdge[] = [];
  const connect = (from: string, to: string): void => void edges.push({ id: `${from}>${to}`, from, to });
  for (const backend of source.backends) {
    const backendNode = `${source.nodeId}/${encodeURIComponent(backend.id)}`;
    nodes.push({
      id: backendNode,
      kind: "backend",
      label: backend.label,
      ...notAModel,
      backendKind: backend.kind,
      ...backend.health(),
      privacy: backend.privacy,
      openRequests: null,
      waitingRequests: null,
      latencyMs: source.latencyMs(backend.id),
    });
    connect(source.nodeId, backendNode);
    for (const model of backend.models()) {
      const { id, displayName, state, health, reason, openRequests, waitingRequests } = model;
      const named = { label: displayName, modelId: id, modelState: state };
      const modelNode = `${backendNode}/${encodeURIComponent(id)}`;
      const shared = { backendKind: null, privacy: backend.privacy, latencyMs: null };
      const load = { openRequests, waitingRequests };
      nodes.push({ id: modelNode, kind: "model", ...named, health, reason, ...load, ...shared });
      connect(backendNode, modelNode);
    }
  }
  return { nodes, edges };
}
