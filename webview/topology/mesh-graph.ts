import type { MeshDiff, MeshSnapshot } from "../../contract/webview/mesh.ts";
import type { MeshEdge, Thing } from "../../contract/webview/mesh-things.ts";

/** What a message has changed. `structure`: there are other things or ways, so that places must be computed anew. */
export interface GraphChange {
  readonly structure: boolean;
  /** Things and edges that look different now, by id. */
  readonly touched: ReadonlySet<string>;
  /** Things whose health is another one than before. */
  readonly healthChanged: readonly Thing[];
}

/** This page's copy of the mesh. A health tick is no structure: what moves is only what has come or gone. */
export class MeshGraph {
  readonly #things = new Map<string, Thing>();
  readonly #edges = new Map<string, MeshEdge>();
  #incoming: Map<string, MeshEdge[]> | undefined;
  #outgoing: Map<string, MeshEdge[]> | undefined;
  #revision = -1;

  get things(): ReadonlyMap<string, Thing> {
    return this.#things;
  }

  get edges(): ReadonlyMap<string, MeshEdge> {
    return this.#edges;
  }

  edgesTo(id: string): readonly MeshEdge[] {
    this.#incoming ??= groupBy(this.#edges.values(), "to");
    return this.#incoming.get(id) ?? [];
  }

  edgesFrom(id: string): readonly MeshEdge[] {
    this.#outgoing ??= groupBy(this.#edges.values(), "from");
    return this.#outgoing.get(id) ?? [];
  }

  reset(snapshot: MeshSnapshot): GraphChange {
    this.#revision = snapshot.revision;
    this.#things.clear();
    this.#edges.clear();
    for (const thing of snapshot.things) this.#things.set(thing.id, thing);
    for (const edge of snapshot.edges) this.#putEdge(edge);
    this.#forgetNeighbours();
    return { structure: true, touched: new Set([...this.#things.keys(), ...this.#edges.keys()]), healthChanged: [] };
  }

  /** Undefined when this copy is not at the revision that the difference starts from: it has missed one. */
  apply(diff: MeshDiff): GraphChange | undefined {
    if (diff.from !== this.#revision) return undefined;
    this.#revision = diff.to;
    const touched = new Set<string>();
    const healthChanged: Thing[] = [];
    let structure = this.#removeThings(diff.removeThings);
    for (const id of diff.removeEdges) structure = this.#edges.delete(id) || structure;
    for (const thing of diff.putThings) {
      const before = this.#things.get(thing.id);
      structure = isPlacedElsewhere(before, thing) || structure;
      if (before !== undefined && before.health !== thing.health) healthChanged.push(thing);
      this.#things.set(thing.id, thing);
      touched.add(thing.id);
    }
    for (const edge of diff.putEdges) {
      const before = this.#edges.get(edge.id);
      structure = before?.from !== edge.from || before.to !== edge.to || structure;
      this.#putEdge(edge);
      touched.add(edge.id);
    }
    for (const { id, figures } of diff.figures) {
      const thing = this.#things.get(id);
      const edge = this.#edges.get(id);
      if (thing !== undefined) this.#things.set(id, { ...thing, figures });
      if (edge !== undefined) this.#edges.set(id, { ...edge, figures });
      touched.add(id);
    }
    this.#forgetNeighbours();
    return { structure, touched, healthChanged };
  }

  /** An edge needs both its ends; one without them would be a line to nowhere. */
  #putEdge(edge: MeshEdge): void {
    if (this.#things.has(edge.from) && this.#things.has(edge.to)) this.#edges.set(edge.id, edge);
  }

  /** Removes things with their edges and with what unfolds behind them. @returns whether there was any */
  #removeThings(ids: readonly string[]): boolean {
    if (ids.length === 0) return false;
    const behind = new Map<string, string[]>();
    for (const { id, parent } of this.#things.values()) {
      if (parent === null) continue;
      const row = behind.get(parent);
      if (row === undefined) behind.set(parent, [id]);
      else row.push(id);
    }
    const going = [...ids];
    let hasRemoved = false;
    for (let id = going.pop(); id !== undefined; id = going.pop()) {
      if (!this.#things.delete(id)) continue;
      hasRemoved = true;
      for (const edge of [...this.edgesFrom(id), ...this.edgesTo(id)]) this.#edges.delete(edge.id);
      going.push(...(behind.get(id) ?? []));
    }
    return hasRemoved;
  }

  #forgetNeighbours(): void {
    this.#incoming = undefined;
    this.#outgoing = undefined;
  }
}

const isPlacedElsewhere = (before: Thing | undefined, after: Thing): boolean =>
  before === undefined || before.kind !== after.kind || before.parent !== after.parent;

function groupBy(edges: Iterable<MeshEdge>, end: "from" | "to"): Map<string, MeshEdge[]> {
  const groups = new Map<string, MeshEdge[]>();
  for (const edge of edges) {
    const group = groups.get(edge[end]);
    if (group === undefined) groups.set(edge[end], [edge]);
    else group.push(edge);
  }
  return groups;
}
