import type { TopologyNode } from "../../contract/mesh/topology.ts";

/** A thing of the topology that reports nothing but what is given. */
export const topologyNode = (given: Partial<TopologyNode> & Pick<TopologyNode, "id" | "kind">): TopologyNode => ({
  label: given.id,
  modelId: null,
  modelState: null,
  backendId: null,
  backendKind: null,
  program: null,
  url: null,
  health: "healthy",
  since: null,
  reason: null,
  privacy: null,
  artifact: null,
  contextTokens: null,
  capabilities: null,
  capacity: null,
  openRequests: null,
  waitingRequests: null,
  latencyMs: null,
  hardware: null,
  ...given,
});
