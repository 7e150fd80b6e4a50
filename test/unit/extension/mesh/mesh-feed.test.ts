import { describe, expect, it } from "vitest";
import { topologyPatch } from "../../../../contract/rpc/topology.ts";
import { MeshFeed } from "../../../../extension/mesh/mesh-feed.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { WindowLog } from "../../../support/window-log.ts";

const model = {
  id: "m",
  kind: "model",
  label: "m",
  backendKind: null,
  program: null,
  modelId: null,
  modelState: null,
  health: "healthy",
  reason: null,
  privacy: null,
  openRequests: 0,
  latencyMs: null,
  hardware: null,
  waitingRequests: null,
};
const patch = (from: number, to: number) => ({
  from,
  to,
  putNodes: [model],
  putEdges: [],
  removeNodes: [],
  removeEdges: [],
});

function setUp() {
  let revision = 5;
  const connection = new FakeNodeConnection({
    "topology/subscribe": () => ({ revision: revision++, nodes: [], edges: [] }),
    "models/list": () => ({ models: [modelSummary({ id: "m" })] }),
    "node/status": () => Promise.reject(new Error("not today")),
  });
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: connection.node });
  const clock = { now: () => 0, wait: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const log = new WindowLog();
  const feed = new MeshFeed(connection, { store, clock, log });
  const calls = (method: string): number => connection.sent.filter((sent) => sent.method === method).length;
  return { connection, store, feed, log, calls };
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("the feed", () => {
  it("reads all, and goes on with what it could read", async () => {
    const test = setUp();
    await test.feed.refresh();
    expect(test.store.models?.map(({ id }) => id)).toEqual(["m"]);
    expect(test.log.lines).toEqual(["warn Reading the status failed: Error: not today"]);
  });

  it("follows patches, and lists models once for several changes of models", async () => {
    const test = setUp();
    await test.feed.refresh();
    for (const from of [5, 6, 7]) test.connection.say(topologyPatch, patch(from, from + 1));
    await settled();
    expect(test.store.topology.get("m")).toBeDefined();
    expect(test.calls("models/list"), "at first, for the first change, and for those meanwhile").toBeLessThanOrEqual(3);
    expect(test.calls("topology/subscribe")).toBe(1);
  });

  it("subscribes again after a gap", async () => {
    const test = setUp();
    await test.feed.refresh();
    test.connection.say(topologyPatch, patch(9, 10));
    await settled();
    expect(test.calls("topology/subscribe")).toBe(2);
  });

  it("writes nothing once it is disposed", async () => {
    const test = setUp();
    const reading = test.feed.refresh();
    test.feed.dispose();
    await reading;
    test.connection.say(topologyPatch, patch(5, 6));
    expect(test.store.models).toBeUndefined();
    expect(test.store.topology.get("m")).toBeUndefined();
  });
});
