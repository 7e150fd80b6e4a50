import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type TopologyEdge,
  type TopologyNode,
  type TopologyPatch,
  topologyPatchSchema,
  topologySnapshotSchema,
} from "../../../contract/mesh/topology.ts";
import { TopologyStore } from "../../../sidecar/registry/topology-store.ts";
import { topologyNode } from "../../support/topology-node.ts";
import { sortById, TopologyReplica } from "../../support/topology-replica.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const intervalMs = 100;
interface State {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}
const node = (id: string, openRequests: number | null = null): TopologyNode =>
  topologyNode({ id, kind: "backend", openRequests });
const edge = (from: string, to: string): TopologyEdge => ({ id: `${from}>${to}`, from, to });

function setUp(initial: State = { nodes: [], edges: [] }) {
  let state = initial;
  let reads = 0;
  const store = new TopologyStore({
    read: () => {
      reads++;
      return state;
    },
    intervalMs,
  });
  const patches: TopologyPatch[] = [];
  store.onDidPatch((patch) => patches.push(patch));
  return {
    store,
    patches,
    get reads() {
      return reads;
    },
    change(next: State): void {
      state = next;
      store.invalidate();
    },
  };
}

describe("a snapshot", () => {
  it("is the state, in the contract's form", () => {
    const { store } = setUp({ nodes: [node("a"), node("b")], edges: [edge("a", "b")] });
    const snapshot = topologySnapshotSchema.parse(store.snapshot());
    expect(snapshot).toMatchObject({ nodes: [node("a"), node("b")], edges: [edge("a", "b")] });
  });

  it("has the newest state, at most one interval old", () => {
    const t = setUp({ nodes: [node("a")], edges: [] });
    t.change({ nodes: [node("b")], edges: [] });
    vi.advanceTimersByTime(intervalMs);
    expect(t.store.snapshot().nodes).toEqual([node("b")]);
  });

  it("keeps its revision as long as nothing changes", () => {
    const { store } = setUp({ nodes: [node("a")], edges: [] });
    expect(store.snapshot().revision).toBe(store.snapshot().revision);
  });

  it("is not changed by what happens later", () => {
    const t = setUp({ nodes: [node("a")], edges: [] });
    const before = t.store.snapshot();
    t.change({ nodes: [], edges: [] });
    vi.advanceTimersByTime(intervalMs);
    expect(before.nodes).toEqual([node("a")]);
  });
});

describe("patches", () => {
  it("bring a copy from any snapshot to every later state", () => {
    const id = fc.constantFrom("a", "b", "c", "d");
    const state: fc.Arbitrary<State> = fc
      .record({
        ids: fc.uniqueArray(id),
        load: fc.option(fc.nat({ max: 2 })),
        pairs: fc.uniqueArray(fc.tuple(id, id), { selector: (pair) => pair.join() }),
      })
      .map(({ ids, load, pairs }) => ({
        nodes: ids.map((each) => node(each, load)),
        edges: pairs.filter((pair) => pair.every((each) => ids.includes(each))).map(([from, to]) => edge(from, to)),
      }));
    fc.assert(
      fc.property(state, fc.array(fc.tuple(state, fc.boolean())), (first, steps) => {
        const t = setUp(first);
        const replicas = [new TopologyReplica(t.store.snapshot())];
        t.store.onDidPatch((patch) => {
          for (const replica of replicas) replica.apply(topologyPatchSchema.parse(patch));
        });
        for (const [next, subscribes] of steps) {
          t.change(next);
          if (subscribes) replicas.push(new TopologyReplica(t.store.snapshot()));
          vi.advanceTimersByTime(intervalMs);
          for (const replica of replicas) {
            expect(replica.state).toEqual({ nodes: sortById(next.nodes), edges: sortById(next.edges) });
            expect(replica.revision).toBe(t.store.snapshot().revision);
          }
        }
        t.store.dispose();
      }),
    );
  });

  it("hold only what has changed", () => {
    const t = setUp({ nodes: [node("a", 0), node("b", 0), node("c")], edges: [edge("a", "b"), edge("a", "c")] });
    const { revision } = t.store.snapshot();
    t.change({ nodes: [node("a", 0), node("b", 1), node("d")], edges: [edge("a", "b"), edge("a", "d")] });
    vi.advanceTimersByTime(intervalMs);
    expect(t.patches).toEqual([
      {
        from: revision,
        to: revision + 1,
        putNodes: [node("b", 1), node("d")],
        putEdges: [edge("a", "d")],
        removeNodes: ["c"],
        removeEdges: ["a>c"],
      },
    ]);
  });

  it("are not sent when nothing that anybody can see has changed", () => {
    const t = setUp({ nodes: [node("a")], edges: [] });
    t.change({ nodes: [node("a")], edges: [] });
    vi.advanceTimersByTime(intervalMs * 10);
    expect(t.patches).toEqual([]);
  });

  it("are not sent for a change that has been undone in time", () => {
    const t = setUp({ nodes: [node("a", 0)], edges: [] });
    t.change({ nodes: [node("a", 1)], edges: [] });
    t.change({ nodes: [node("a", 0)], edges: [] });
    vi.advanceTimersByTime(intervalMs);
    expect(t.patches).toEqual([]);
  });
});

describe("the rate", () => {
  it("is at most one patch and one look per interval, however often something changes", () => {
    const t = setUp({ nodes: [node("a", 0)], edges: [] });
    const readsBefore = t.reads;
    for (let change = 1; change <= 100; change++) {
      t.change({ nodes: [node("a", change)], edges: [] });
      vi.advanceTimersByTime(10);
    }
    expect(t.patches.length).toBeGreaterThan(5);
    expect(t.patches.length).toBeLessThanOrEqual(10);
    expect(t.reads - readsBefore).toBeLessThanOrEqual(10);
    vi.advanceTimersByTime(intervalMs);
    expect(t.patches.at(-1)?.putNodes).toEqual([node("a", 100)]);
  });

  it("is not raised by others who take snapshots", () => {
    const t = setUp({ nodes: [node("a", 0)], edges: [] });
    for (let change = 1; change <= 5; change++) {
      t.change({ nodes: [node("a", change)], edges: [] });
      t.store.snapshot();
    }
    expect(t.patches.length).toBeLessThanOrEqual(1);
  });

  it("is none at all without a reason to look", () => {
    const t = setUp();
    const readsBefore = t.reads;
    vi.advanceTimersByTime(intervalMs * 100);
    expect(t.reads).toBe(readsBefore);
  });
});

it("is silent and leaves no timer once disposed", () => {
  const t = setUp({ nodes: [node("a", 0)], edges: [] });
  t.change({ nodes: [node("a", 1)], edges: [] });
  t.store.dispose();
  t.store.invalidate();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(intervalMs * 10);
  expect(t.patches).toEqual([]);
});

it("a look that takes long is followed by nine times as long without one", () => {
  let reads = 0;
  const store = new TopologyStore({
    read: () => {
      // The first look takes as long as this.
      if (reads++ === 0) vi.advanceTimersByTime(50);
      return { nodes: [], edges: [] };
    },
    intervalMs,
  });
  store.invalidate();
  vi.advanceTimersByTime(449);
  expect(reads).toBe(1);
  vi.advanceTimersByTime(1);
  expect(reads).toBe(2);
  store.invalidate();
  vi.advanceTimersByTime(intervalMs);
  expect(reads).toBe(3);
});

it("a look that a standing machine has drawn out keeps nobody from the next for more than five seconds", () => {
  let reads = 0;
  const store = new TopologyStore({
    read: () => {
      if (reads++ === 0) vi.advanceTimersByTime(60_000);
      return { nodes: [], edges: [] };
    },
    intervalMs,
  });
  store.invalidate();
  vi.advanceTimersByTime(5_000);
  expect(reads).toBe(2);
});
