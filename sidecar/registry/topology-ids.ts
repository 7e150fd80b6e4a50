import type { BackendId, NodeId } from "../../contract/mesh/ids.ts";

/** What a backend of a node is called in the topology. */
export const backendTopologyId = (node: NodeId, backend: BackendId): string => `${node}/${encodeURIComponent(backend)}`;

/** The same for a model at a backend. A server may name a model with half a surrogate pair, which no URI can hold. */
export const modelTopologyId = (node: NodeId, backend: BackendId, model: string): string =>
  `${backendTopologyId(node, backend)}/${encodeURIComponent(model.toWellFormed())}`;
