import type { ShownAlias } from "../../contract/mesh/alias.ts";
import type { ConfigurationState } from "../../contract/mesh/configuration-state.ts";
import type { Hardware } from "../../contract/mesh/hardware.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import type { TopologyEdge, TopologyNode } from "../../contract/mesh/topology.ts";
import type { Backend } from "../backends/backend.ts";
import type { Standing } from "../health/standing.ts";
import type { ArtifactConflict } from "../router/artifact-pools.ts";
import { backendTopologyId, modelTopologyId } from "./topology-ids.ts";

export interface TopologySource {
  readonly nodeId: NodeId;
  readonly nodeName: string;
  readonly backends: readonly Backend[];
  readonly openRequests: number;
  readonly configuration: ConfigurationState;
  /** The names that a person has given to models. */
  readonly aliases: readonly ShownAlias[];
  /** This machine's figures; null while nobody watches. */
  readonly hardware: Hardware | null;
  /** Average time to the first byte of a backend, in milliseconds; null before its first answer. */
  readonly latencyMs: (backendId: string) => number | null;
  /** How a backend stands, as this node sees it. */
  readonly standing: (backendId: string) => Pick<Standing, "health" | "reason"> & {
    /** When its health became this. */
    readonly since: Date;
  };
  /** Where a server is, as configured; null for what has no address. */
  readonly urlOf: (backendId: string) => string | null;
  /** Names that stand for different things in different places. */
  readonly conflicts: () => readonly ArtifactConflict[];
  /** Requests of this node at a backend. */
  readonly openAt: (backendId: string) => number;
}

const notAModel = {
  modelId: null,
  modelState: null,
  artifact: null,
  contextTokens: null,
  capabilities: null,
  capacity: null,
};

/** Nobody sees the difference, and each change is sent to every window: shares in steps of 5 %, memory of 1 % of the whole. */
function inRoundFigures({ cpu, memory, gpus }: Hardware): Hardware {
  return {
    cpu: { ...cpu, load: rounded(cpu.load, 0.05) },
    memory: { ...memory, availableBytes: rounded(memory.availableBytes, memory.totalBytes / 100) ?? 0 },
    gpus:
      gpus?.map((gpu) => ({
        ...gpu,
        memoryUsedBytes: rounded(gpu.memoryUsedBytes, (gpu.memoryTotalBytes ?? 0) / 100),
        utilisation: rounded(gpu.utilisation, 0.05),
        powerWatts: rounded(gpu.powerWatts, 5),
      })) ?? null,
  };
}

const rounded = (value: number | null, step: number): number | null =>
  value === null || step === 0 ? value : Math.round(Math.round(value / step) * step * 100) / 100;

/** What a person has to know of a name that stands for something else in another place. */
function conflictOf(conflict: ArtifactConflict | undefined, backendId: string): string | null {
  if (conflict === undefined || conflict.isMixed) return null;
  const [owner] = conflict.artifacts;
  if (owner === undefined || owner.backends.includes(backendId)) return null;
  return `another artifact than '${conflict.model}' at ${owner.backends.join(", ")}: asked only by its digest or an alias`;
}

/** This node, its backends and their models, as the mesh views show them. */
export function readTopology(source: TopologySource): { nodes: TopologyNode[]; edges: TopologyEdge[] } {
  const nodes: TopologyNode[] = [
    {
      id: source.nodeId,
      kind: "node",
      label: source.nodeName,
      ...notAModel,
      backendId: null,
      backendKind: null,
      url: null,
      program: null,
      health: "healthy",
      since: null,
      reason: null,
      privacy: "local",
      openRequests: source.openRequests,
      waitingRequests: null,
      latencyMs: null,
      hardware: source.hardware === null ? null : inRoundFigures(source.hardware),
      configuration: source.configuration,
      aliases: [...source.aliases],
    },
  ];
  const edges: TopologyEdge[] = [];
  const conflicts = new Map(source.conflicts().map((conflict) => [conflict.model, conflict]));
  const connect = (from: string, to: string): void => void edges.push({ id: `${from}>${to}`, from, to });
  for (const backend of source.backends) {
    const backendNode = backendTopologyId(source.nodeId, backend.id);
    const { health, reason, since } = source.standing(backend.id);
    nodes.push({
      id: backendNode,
      kind: "backend",
      label: backend.label,
      ...notAModel,
      backendId: backend.id,
      backendKind: backend.kind,
      url: source.urlOf(backend.id),
      program: backend.program ?? null,
      health,
      since: since.toISOString(),
      reason,
      privacy: backend.privacy,
      openRequests: source.openAt(backend.id),
      waitingRequests: null,
      latencyMs: source.latencyMs(backend.id),
      hardware: null,
    });
    connect(source.nodeId, backendNode);
    for (const model of backend.models()) {
      const { id, displayName, state, openRequests, waitingRequests, artifact, contextTokens, capacity } = model;
      const named = { label: displayName, modelId: id, modelState: state };
      const modelNode = modelTopologyId(source.nodeId, backend.id, id);
      const capabilities = model.capabilities === null ? null : [...model.capabilities];
      const facts = { backendId: backend.id, artifact, contextTokens, capabilities, capacity };
      const shared = {
        backendKind: null,
        url: null,
        since: null,
        program: null,
        privacy: model.privacy ?? backend.privacy,
        latencyMs: null,
        hardware: null,
      };
      const load = { openRequests, waitingRequests };
      const own = { health: model.health, reason: model.reason ?? conflictOf(conflicts.get(id), backend.id) };
      nodes.push({ id: modelNode, kind: "model", ...named, ...facts, ...own, ...load, ...shared });
      connect(backendNode, modelNode);
    }
  }
  return { nodes, edges };
}
