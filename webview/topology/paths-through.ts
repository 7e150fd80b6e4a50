import type { MeshEdge } from "../../contract/webview/mesh-things.ts";

/** Everything on a way that leads to a thing or starts from it. */
export interface Paths {
  readonly things: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  /** Edges at the thing itself. */
  readonly connected: number;
}

/** Follows the edges in both directions as far as they lead; to the thing itself by one other alone, when it is given. */
export function pathsThrough(id: string, all: Iterable<MeshEdge>, through?: string): Paths {
  const isMeant = ({ from, to }: MeshEdge): boolean => through === undefined || to !== id || from === through;
  const every = [...all];
  const edges = every.filter(isMeant);
  const things = new Set([id]);
  const found = new Set<string>();
  follow(id, { edges, near: "from", far: "to", things, found });
  follow(id, { edges, near: "to", far: "from", things, found });
  const connected = every.filter(({ from, to }) => from === id || to === id).length;
  return { things, edges: found, connected };
}

interface Walk {
  readonly edges: readonly MeshEdge[];
  readonly near: "from" | "to";
  readonly far: "from" | "to";
  readonly things: Set<string>;
  readonly found: Set<string>;
}

function follow(id: string, { edges, near, far, things, found }: Walk): void {
  const at = new Map<string, MeshEdge[]>();
  for (const edge of edges) {
    const here = at.get(edge[near]);
    if (here === undefined) at.set(edge[near], [edge]);
    else here.push(edge);
  }
  const seen = new Set([id]);
  const next = [id];
  for (let place = next.pop(); place !== undefined; place = next.pop()) {
    for (const edge of at.get(place) ?? []) {
      found.add(edge.id);
      things.add(edge[far]);
      if (seen.has(edge[far])) continue;
      seen.add(edge[far]);
      next.push(edge[far]);
    }
  }
}
