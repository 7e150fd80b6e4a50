import type { MeshEdge, Thing, ThingKind } from "../../contract/webview/mesh-things.ts";
import type { ThingTest } from "./filter-expression.ts";
import type { MeshGraph } from "./mesh-graph.ts";

/** A thing that is shown. */
export interface VisibleThing {
  readonly thing: Thing;
  /** The shown thing whose band it is laid out in. */
  readonly parent: string | null;
  /** Things behind it that are folded away. */
  readonly foldedCount: number;
  /** `none`: there is nothing behind it that could be folded. */
  readonly fold: "none" | "folded" | "unfolded";
}

export interface VisibleGraph {
  readonly things: ReadonlyMap<string, VisibleThing>;
  readonly edges: ReadonlyMap<string, MeshEdge>;
  /** Things that an expression hides, and those that could only be reached through them. */
  readonly hiddenCount: number;
}

export interface Visibility {
  readonly hides: readonly ThingTest[];
  readonly foldsAbove: number;
  /** What a person has unfolded, or folded, against the default. */
  readonly unfolded: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

/** Lower first: from the left to the right, and what unfolds behind another after it. */
const rankOrder: Readonly<Record<ThingKind, number>> = { user: 0, router: 1, backend: 2, machine: 3, gpu: 4, model: 5 };

/** The things of a graph in the order of their ranks; within a rank in the order in which they came. */
function inRanks(things: Iterable<Thing>): Thing[] {
  const ranks: Thing[][] = [[], [], [], [], [], []];
  for (const thing of things) ranks[rankOrder[thing.kind]]?.push(thing);
  return ranks.flat();
}

/**
 * What is shown of a mesh: all but what is hidden, with models under their backend folded away where there would be too
 * many. Linear in things and edges.
 */
export function visibleGraph(graph: MeshGraph, { hides, foldsAbove, unfolded, folded }: Visibility): VisibleGraph {
  const shown = new Set<string>();
  const ordered = inRanks(graph.things.values());
  for (const thing of ordered) {
    const ways = graph.edgesTo(thing.id);
    const isReached = ways.length === 0 || ways.some(({ from }) => shown.has(from));
    if (isReached && !hides.some((matches) => matches(thing))) shown.add(thing.id);
  }
  const isFoldedByDefault = shown.size > foldsAbove;
  const isFolded = (id: string): boolean => (isFoldedByDefault ? !unfolded.has(id) : folded.has(id));
  const things = new Map<string, VisibleThing>();
  for (const thing of ordered) {
    if (!shown.has(thing.id)) continue;
    const canFold = thing.kind !== "user" && thing.kind !== "router";
    const behind = canFold ? graph.edgesFrom(thing.id).filter(({ to }) => shown.has(to)).length : 0;
    const hasMore = thing.canUnfold && behind === 0;
    const fold = behind === 0 && !hasMore ? "none" : hasMore || isFolded(thing.id) ? "folded" : "unfolded";
    const ways = graph.edgesTo(thing.id).filter(({ from }) => isOpen(things.get(from)));
    if (ways.length === 0 && graph.edgesTo(thing.id).length > 0) continue;
    const parent = ways.find(({ from }) => from === thing.parent)?.from ?? ways[0]?.from ?? null;
    things.set(thing.id, { thing, parent, foldedCount: fold === "folded" ? behind : 0, fold });
  }
  const edges = new Map<string, MeshEdge>();
  for (const edge of graph.edges.values()) {
    if (things.has(edge.to) && isOpen(things.get(edge.from))) edges.set(edge.id, edge);
  }
  return { things, edges, hiddenCount: graph.things.size - shown.size };
}

const isOpen = (visible: VisibleThing | undefined): boolean => visible !== undefined && visible.fold !== "folded";
