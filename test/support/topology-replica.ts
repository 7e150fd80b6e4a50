import type { TopologyEdge, TopologyNode, TopologyPatch, TopologySnapshot } from "../../contract/mesh/topology.ts";

/** A client's copy of the topology, kept by the contract's words alone. */
export class TopologyReplica {
  #revision: number;
  readonly #nodes: Map<string, TopologyNode>;
  readonly #edges: Map<string, TopologyEdge>;

  constructor(snapshot: TopologySnapshot) {
    this.#revision = snapshot.revision;
    this.#nodes = new Map(snapshot.nodes.map((node) => [node.id, node]));
    this.#edges = new Map(snapshot.edges.map((edge) => [edge.id, edge]));
  }

  apply(patch: TopologyPatch): void {
    if (patch.from !== this.#revision) throw new Error(`at ${this.#revision}, the patch begins at ${patch.from}`);
    this.#revision = patch.to;
    for (const id of patch.removeNodes) {
      this.#nodes.delete(id);
      for (const edge of [...this.#edges.values()]) if (edge.from === id || edge.to === id) this.#edges.delete(edge.id);
    }
    for (const id of patch.removeEdges) this.#edges.delete(id);
    for (const node of patch.putNodes) this.#nodes.set(node.id, node);
    for (const edge of patch.putEdges) this.#edges.set(edge.id, edge);
  }

  get revision(): number {
    return this.#revision;
  }
  /** Ordered by id, since the contract promises no order. */
  get state(): { nodes: TopologyNode[]; edges: TopologyEdge[] } {
    return { nodes: sortById(this.#nodes.values()), edges: sortById(this.#edges.values()) };
  }
}

export const sortById = <T extends { readonly id: string }>(items: Iterable<T>): T[] =>
  [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
