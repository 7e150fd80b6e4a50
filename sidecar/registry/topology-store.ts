import { isDeepStrictEqual } from "node:util";
import type { TopologyEdge, TopologyNode, TopologyPatch, TopologySnapshot } from "../../contract/mesh/topology.ts";
import { Emitter } from "../platform/emitter.ts";

export interface TopologyStoreOptions {
  /** What is there now. Called at most once per `intervalMs`. */
  readonly read: () => { readonly nodes: readonly TopologyNode[]; readonly edges: readonly TopologyEdge[] };
  /** The shortest time between two patches, in milliseconds. */
  readonly intervalMs: number;
}

/** The node does other things too: for each millisecond of looking it does at least so many without. */
const restPerLook = 9;
/** In milliseconds. A look that a standing machine has drawn out must not keep the view from what is new. */
const longestRestMs = 5_000;

/**
 * The topology as numbered revisions. However often something changes, subscribers get at most one patch per interval,
 * and none when nothing that they can see has changed.
 */
export class TopologyStore {
  readonly #options: TopologyStoreOptions;
  readonly #didPatch = new Emitter<TopologyPatch>();
  readonly #nodes = new Map<string, TopologyNode>();
  readonly #edges = new Map<string, TopologyEdge>();
  #revision = 0;
  #updatedAt = 0;
  /** How long the last look took, in milliseconds: servers may list thousands of models. */
  #lookMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  readonly onDidPatch = this.#didPatch.event;

  constructor(options: TopologyStoreOptions) {
    this.#options = options;
    this.#update();
  }

  /** The newest state, at most `intervalMs` old; patches that follow begin at its revision. */
  snapshot(): TopologySnapshot {
    if (performance.now() - this.#updatedAt >= this.#options.intervalMs) this.#update();
    return { revision: this.#revision, nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }

  /** Something may have changed: looks soon. */
  invalidate(): void {
    if (this.#timer !== undefined || this.#isDisposed) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#update();
      },
      Math.max(this.#options.intervalMs, Math.min(longestRestMs, restPerLook * this.#lookMs)),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  #update(): void {
    this.#updatedAt = performance.now();
    const now = this.#options.read();
    const nodes = difference(this.#nodes, now.nodes);
    const edges = difference(this.#edges, now.edges);
    this.#lookMs = performance.now() - this.#updatedAt;
    if (nodes.put.length + nodes.removed.length + edges.put.length + edges.removed.length === 0) return;
    const from = this.#revision++;
    this.#didPatch.fire({
      from,
      to: this.#revision,
      putNodes: nodes.put,
      putEdges: edges.put,
      removeNodes: nodes.removed,
      removeEdges: edges.removed,
    });
  }
}

/** Brings `known` to `now`, and says what that took. */
function difference<T extends { readonly id: string }>(
  known: Map<string, T>,
  now: readonly T[],
): { put: T[]; removed: string[] } {
  const put = now.filter((item) => !isSame(known.get(item.id), item));
  const present = new Set(now.map((item) => item.id));
  const removed = [...known.keys()].filter((id) => !present.has(id));
  for (const item of put) known.set(item.id, item);
  for (const id of removed) known.delete(id);
  return { put, removed };
}

/** Things are flat but for their hardware; comparing them in depth takes ten times as long. */
function isSame<T extends object>(a: T | undefined, b: T): boolean {
  if (a === undefined) return false;
  const names = Object.keys(b) as (keyof T)[];
  const isEqual = (name: keyof T): boolean =>
    a[name] === b[name] || (typeof b[name] === "object" && isDeepStrictEqual(a[name], b[name]));
  return names.length === Object.keys(a).length && names.every(isEqual);
}
