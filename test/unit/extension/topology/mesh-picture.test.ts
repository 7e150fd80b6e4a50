import { describe, expect, it } from "vitest";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import { meshDetailsSchema } from "../../../../contract/webview/mesh-details.ts";
import { meshEdgeSchema, thingSchema } from "../../../../contract/webview/mesh-things.ts";
import { meshWordsSchema } from "../../../../contract/webview/mesh-words.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { meshPicture, modelThingId } from "../../../../extension/topology/mesh-picture.ts";
import { PictureFeed } from "../../../../extension/topology/picture-feed.ts";
import { thingArgument } from "../../../../extension/topology/thing-action.ts";
import { thingDetails } from "../../../../extension/topology/thing-details.ts";
import { topologyNotice } from "../../../../extension/topology/topology-notice.ts";
import { topologyWords } from "../../../../extension/topology/topology-words.ts";
import { openFlows, trafficFlows } from "../../../../extension/topology/traffic-flows.ts";
import { requestRecord } from "../../../support/request-record.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

const server = (id: string, part: Partial<TopologyNode> = {}): TopologyNode =>
  topologyNode({
    id: `n/${id}`,
    kind: "backend",
    backendId: id,
    backendKind: "openai-compatible",
    url: `http://${id}:8000`,
    openRequests: 0,
    ...part,
  });
const model = (backend: string, name: string, part: Partial<TopologyNode> = {}): TopologyNode =>
  topologyNode({ id: `n/${backend}/${name}`, kind: "model", backendId: backend, modelId: name, label: name, ...part });

/** A node with these servers and their models. */
function storeWith(servers: readonly (readonly [TopologyNode, ...TopologyNode[]])[]): MeshStore {
  const store = new MeshStore();
  store.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  const edge = (from: string, to: string) => ({ id: `${from}>${to}`, from, to });
  store.topology.reset({
    revision: 1,
    nodes: [topologyNode({ id: "n", kind: "node", label: "desk", openRequests: 0 }), ...servers.flat()],
    edges: servers.flatMap(([backend, ...models]) => [
      edge("n", backend.id),
      ...models.map(({ id }) => edge(backend.id, id)),
    ]),
  });
  return store;
}
const figures = (id: string, part: object = {}) => ({
  id,
  openRequests: 0,
  requestsPerSecond: 2,
  failuresPerSecond: 0,
  p50Ms: 30,
  p95Ms: 80,
  tokensPerSecond: 50,
  requests: 10,
  failures: 1,
  ...part,
});
const thing = (store: MeshStore, id: string) => meshPicture(store, english).things.find((each) => each.id === id);
const one = () => storeWith([[server("a"), model("a", "m")]]);

describe("the picture of the mesh", () => {
  it("leads from the person over the router and the backends to the models, as the view takes it", () => {
    const { things, edges } = meshPicture(one(), english);
    for (const each of things) thingSchema.parse(each);
    for (const each of edges) meshEdgeSchema.parse(each);
    expect(things.map(({ kind, label }) => [kind, label])).toEqual([
      ["user", "You"],
      ["router", "desk"],
      ["backend", "n/a"],
      ["model", "m"],
    ]);
    const ids = new Set(things.map(({ id }) => id));
    expect(edges.map(({ from, to }) => ids.has(from) && ids.has(to))).toEqual([true, true, true]);
  });

  it("is empty while there is no node, and says why with a way on", () => {
    const store = new MeshStore();
    expect(meshPicture(store, english)).toEqual({ things: [], edges: [] });
    expect(topologyNotice(store, english)).toMatchObject({ button: { action: "startNode" } });
    expect(topologyNotice(one(), english)).toBeNull();
  });

  it("shows a model once that several servers have, as well as in the best place, with the requests of all", () => {
    const artifact = "sha256:1";
    const store = storeWith([
      [server("a", { health: "unhealthy", reason: "refused" }), model("a", "m", { artifact })],
      [server("b"), model("b", "m", { artifact })],
    ]);
    const id = modelThingId(model("a", "m", { artifact }));
    store.traffic.reset({ figures: [figures("n/a/m"), figures("n/b/m", { p50Ms: 10 })], history: [], clients: [] });
    expect(meshPicture(store, english).things.filter(({ kind }) => kind === "model")).toHaveLength(1);
    expect(thing(store, id)).toMatchObject({
      health: "healthy",
      reason: null,
      figures: { latencyP50Ms: 10, requestsPerSecond: 4 },
    });
    const reached = meshPicture(store, english).edges.filter(({ to }) => to === id);
    expect(reached.map(({ from, health }) => [from, health])).toEqual([
      ["n/a", "unhealthy"],
      ["n/b", "healthy"],
    ]);
  });

  it("shows two models of one name as two when they are different artifacts", () => {
    const store = storeWith([
      [server("a"), model("a", "m", { artifact: "sha256:1" })],
      [server("b"), model("b", "m", { artifact: "sha256:2" })],
    ]);
    expect(meshPicture(store, english).things.filter(({ kind }) => kind === "model")).toHaveLength(2);
  });

  it("has null, never zero, for what was not measured", () => {
    expect(thing(one(), "n/a")?.figures).toEqual({
      latencyP50Ms: null,
      latencyP95Ms: null,
      requestsPerSecond: null,
      tokensPerSecond: null,
      queued: null,
      inFlight: 0,
      errorsPerSecond: null,
    });
  });

  it("keeps ids short however long a model's name is", () => {
    const long = "x".repeat(10_000);
    const store = storeWith([[server("a"), model("a", long, { id: "n/a/long", label: long })]]);
    for (const each of meshPicture(store, english).things) thingSchema.parse(each);
    for (const each of meshPicture(store, english).edges) meshEdgeSchema.parse(each);
  });

  it("offers what can be done: nothing with the own engine, enabling what is off, loading what is not loaded", () => {
    const own = server("local-engine", { backendKind: "local-engine", url: null });
    const store = storeWith([
      [own, model("local-engine", "tiny", { modelState: "available" })],
      [server("on"), model("on", "m")],
      [server("off", { health: "disabled" })],
    ]);
    const actions = (id: string) => thing(store, id)?.actions;
    expect(actions("n/local-engine")).toEqual([]);
    expect(actions("n/on")).toEqual(["checkNow", "drain", "disable", "copyAddress", "remove"]);
    expect(actions("n/off")).toEqual(["checkNow", "enable", "copyAddress", "remove"]);
    expect(actions(modelThingId(model("local-engine", "tiny")))).toEqual(["chat", "compare", "load"]);
  });

  it("tells commands which server or model is meant, and nothing of a thing that has gone", () => {
    const store = one();
    expect(thingArgument(store, "n/a")).toEqual({ backendId: "a", modelId: undefined });
    expect(thingArgument(store, modelThingId(model("a", "m")))).toMatchObject({ modelId: "m" });
    expect(thingArgument(store, "n/gone")).toBeUndefined();
  });
});

describe("what has changed in the picture", () => {
  it("is everything at first, then nothing while nothing changes", () => {
    const feed = new PictureFeed();
    const store = one();
    expect(feed.snapshot(meshPicture(store, english)).things).toHaveLength(4);
    expect(feed.next(meshPicture(store, english))).toBeUndefined();
  });

  it("is figures alone when nothing else has changed", () => {
    const feed = new PictureFeed();
    const store = one();
    const { revision } = feed.snapshot(meshPicture(store, english));
    store.traffic.reset({ figures: [figures("n/a")], history: [], clients: [] });
    const diff = feed.next(meshPicture(store, english));
    expect(diff).toMatchObject({ from: revision, to: revision + 1, putThings: [], putEdges: [], removeThings: [] });
    expect(diff?.figures.map(({ id }) => id).sort()).toEqual(["n/a", "n>n/a"]);
  });

  it("is the thing itself when its health has changed, and what has gone without the edges that go with it", () => {
    const feed = new PictureFeed();
    feed.snapshot(meshPicture(storeWith([[server("a"), model("a", "m")], [server("b")]]), english));
    const diff = feed.next(meshPicture(storeWith([[server("a", { health: "degraded" }), model("a", "m")]]), english));
    expect(diff?.putThings.map(({ id, health }) => [id, health])).toEqual([["n/a", "degraded"]]);
    expect(diff?.removeThings).toEqual(["n/b"]);
    expect(diff?.removeEdges).toEqual([]);
  });
});

describe("traffic", () => {
  it("passes every edge between the person and the model, added up where ways meet", () => {
    const store = storeWith([[server("a"), model("a", "m"), model("a", "n")]]);
    const flows = trafficFlows(store, [
      { id: "n/a/m", finished: 2, failed: 1 },
      { id: "n/a/n", finished: 1, failed: 0 },
      { id: "n/a/gone", finished: 1, failed: 0 },
    ]);
    const edges = new Set(meshPicture(store, english).edges.map(({ id }) => id));
    expect(flows.every(({ edge }) => edges.has(edge))).toBe(true);
    expect(flows.map(({ requests, errors }) => [requests, errors])).toEqual([
      [3, 1],
      [3, 1],
      [2, 1],
      [1, 0],
    ]);
  });

  it("shows an answer that is still being written, and nothing when nothing is open", () => {
    const store = one();
    store.traffic.reset({
      figures: [figures("n/a/m", { openRequests: 2 }), figures("n/a", { openRequests: 2 })],
      history: [],
      clients: [],
    });
    expect(openFlows(store)).toHaveLength(3);
    store.traffic.apply({ figures: [figures("n/a/m"), figures("n/a")], flows: [], spans: [], clients: [] });
    expect(openFlows(store)).toEqual([]);
  });
});

describe("the details of a thing", () => {
  const asked: object[] = [];
  const asking = {
    request: async (_definition: unknown, params: object) => {
      asked.push(params);
      return {
        records: [
          requestRecord(),
          requestRecord({ id: "r-2", attempts: [{ backend: "a", model: "m", outcome: "backend_failed", ms: 3 }] }),
        ],
        hasMore: false,
      };
    },
  } as unknown as Parameters<typeof thingDetails>[0]["client"];
  const { signal } = new AbortController();

  it("of a backend are its address, history, errors and last requests with why they came here", async () => {
    const store = one();
    store.traffic.reset({
      figures: [figures("n/a")],
      history: [{ id: "n/a", spans: [{ at: "2026-11-21T12:00:00.000Z", p50Ms: 20, requests: 1, failures: 0 }] }],
      clients: [],
    });
    const details = meshDetailsSchema.parse(await thingDetails({ store, client: asking }, "n/a", signal));
    expect(details).toMatchObject({
      kind: "backend",
      address: "http://a:8000",
      modelCount: 1,
      errors: 1,
      isEnabled: true,
    });
    expect(details).toMatchObject({ latencyHistory: [{ at: Date.parse("2026-11-21T12:00:00.000Z"), ms: 20 }] });
    expect(asked.at(-1)).toMatchObject({ backend: "a" });
    expect(details).toMatchObject({
      requests: [{ because: "nothing open", error: null }, { error: "backend_failed" }],
    });
  });

  it("of a model are what it is and who serves it", async () => {
    const part = { contextTokens: 4096, capabilities: ["chat" as const] };
    const store = storeWith([
      [server("a"), model("a", "m", part)],
      [server("b"), model("b", "m", part)],
    ]);
    const details = await thingDetails({ store, client: asking }, modelThingId(model("a", "m")), signal);
    expect(meshDetailsSchema.parse(details)).toMatchObject({
      modelId: "m",
      servedBy: ["n/a", "n/b"],
      contextTokens: 4096,
    });
  });

  it("of the person are the keys and windows that have asked, the latest first", async () => {
    const store = one();
    const client = (name: string, lastAt: string) => ({ name, requests: 3, failures: 1, lastAt });
    const clients = [client("ci", "2026-11-21T10:00:00.000Z"), client("vscode", "2026-11-21T11:00:00.000Z")];
    store.traffic.reset({ figures: [], history: [], clients });
    const details = meshDetailsSchema.parse(await thingDetails({ store, client: asking }, "user", signal));
    expect(details).toMatchObject({
      kind: "user",
      clients: [
        { name: "vscode", requests: 3 },
        { name: "ci", failures: 1 },
      ],
    });
  });

  it("of the router are its totals, and of a thing that has gone there are none", async () => {
    const store = one();
    store.traffic.reset({ figures: [figures("n")], history: [], clients: [] });
    const details = await thingDetails({ store, client: asking }, "n", signal);
    expect(meshDetailsSchema.parse(details)).toMatchObject({ requests: 10, succeeded: 9, failed: 1 });
    expect(await thingDetails({ store, client: asking }, "n/gone", signal)).toBeUndefined();
  });
});

it("has all words that the view needs", () => {
  meshWordsSchema.parse(topologyWords(english));
});
