import type { TopologyEdge, TopologyNode, TopologyPatch, TopologySnapshot } from "../../contract/mesh/topology.ts";

/** This window's copy of the topology, kept by snapshot and patches. */
export class TopologyCopy {
  #revision = -1;
  #nodes = new Map<string, TopologyNode>();
  #edges = new Map<string, TopologyEdge>();

  reset(snapshot?: TopologySnapshot): void {
    this.#revision = snapshot?.revision ?? -1;
    this.#nodes = new Map(snapshot?.nodes.map((node) => [node.id, node]));
    this.#edges = new Map(snapshot?.edges.map((edge) => [edge.id, edge]));
  }

  /**
   * `old` patches were sent before the snapshot that this copy stands on, and are left out; a `gap` means that one was
   * missed, and nothing but a new snapshot helps.
   */
  apply(patch: TopologyPatch): "applied" | "old" | "gap" {
    if (patch.to <= this.#revision) return "old";
    if (patch.from !== this.#revision) return "gap";
    this.#revision = patch.to;
    const gone = new Set(patch.removeNodes);
    for (const id of gone) this.#nodes.delete(id);
    for (const edge of [...this.#edges.values()]) {
      if (gone.has(edge.from) || gone.has(edge.to)) this.#edges.delete(edge.id);
    }
    for (const id of patch.removeEdges) this.#edges.delete(id);
    for (const node of patch.putNodes) this.#nodes.set(node.id, node);
    for (const edge of patch.putEdges) this.#edges.set(edge.id, edge);
    return "applied";
  }

  get(id: string): TopologyNode | undefined {
    return this.#nodes.get(id);
  }

  ofKind(kind: TopologyNode["kind"]): TopologyNode[] {
    return [...this.#nodes.values()].filter((node) => node.kind === kind);
  }

  /** What a thing leads to, in the order in which the node told of it. */
  childrenOf(id: string): TopologyNode[] {
    return this.#ends([...this.#edges.values()].filter((edge) => edge.from === id).map((edge) => edge.to));
  }

  parentOf(id: string): TopologyNode | undefined {
    return this.#ends([...this.#edges.values()].filter((edge) => edge.to === id).map((edge) => edge.from))[0];
  }

  #ends(ids: readonly string[]): TopologyNode[] {
    return ids.map((id) => this.#nodes.get(id)).filter((node) => node !== undefined);
  }
}
