import { describe, expect, it } from "vitest";
import type { RequestRecord } from "../../../contract/mesh/routing.ts";
import { trafficChangeSchema, trafficSnapshotSchema } from "../../../contract/mesh/traffic.ts";
import { type OpenPlace, TrafficMeter } from "../../../sidecar/registry/traffic-meter.ts";
import { requestRecord } from "../../support/request-record.ts";

const nodeId = `node-${"0".repeat(32)}`;
const idOf = (...names: string[]): string => [nodeId, ...names].join("/");

function setUp() {
  const state = { now: 0, open: [] as OpenPlace[] };
  const meter = new TrafficMeter({
    nodeId,
    openPlaces: () => state.open,
    openRequests: () => state.open.reduce((sum, { count }) => sum + count, 0),
    isPlaceFailure: (code) => ["backend_failed", "upstream_disconnected"].includes(code),
    now: () => state.now,
  });
  const figures = (id: string) => meter.snapshot().figures.find((each) => each.id === id);
  return { state, meter, figures };
}

const at = (backend: string, outcome = "answered", ms = 20) => ({ backend, model: "m", outcome, ms });
const record = (part: Partial<RequestRecord> = {}): RequestRecord =>
  requestRecord({
    attempts: [at("a")],
    answeredBy: { backend: "a", model: "m", artifact: null },
    firstByteMs: 25,
    totalMs: 125,
    stream: true,
    usage: { promptTokens: 3, cachedTokens: null, completionTokens: 11 },
    error: null,
    ...part,
  });

describe("the traffic meter", () => {
  it("counts a request at its model, its backend and the node", () => {
    const { meter, figures } = setUp();
    meter.finished(record());
    for (const id of [idOf("a", "m"), idOf("a")]) {
      expect(figures(id)).toMatchObject({ requests: 1, failures: 0, p50Ms: 20, p95Ms: 20, tokensPerSecond: 100 });
    }
    // The node's own time counts from the request on.
    expect(figures(nodeId)).toMatchObject({ requests: 1, failures: 0, p50Ms: 25 });
  });

  it("blames the place that failed, and not the one that answered after it", () => {
    const { meter, figures } = setUp();
    meter.finished(record({ attempts: [at("b", "backend_failed"), at("a")] }));
    expect(figures(idOf("b"))).toMatchObject({ requests: 1, failures: 1, p50Ms: null, tokensPerSecond: null });
    expect(figures(idOf("a"))).toMatchObject({ requests: 1, failures: 0 });
    expect(figures(nodeId)).toMatchObject({ requests: 1, failures: 0 });
  });

  it("blames a place whose answer broke off", () => {
    const { meter, figures } = setUp();
    meter.finished(record({ error: "upstream_disconnected" }));
    expect(figures(idOf("a"))).toMatchObject({ failures: 1 });
    expect(figures(nodeId)).toMatchObject({ failures: 1 });
  });

  it("blames nobody for a client that left, before or after the first byte", () => {
    const { meter, figures } = setUp();
    meter.finished(record({ error: "cancelled" }));
    meter.finished(
      record({ attempts: [at("a", "cancelled")], answeredBy: null, firstByteMs: null, error: "cancelled" }),
    );
    for (const id of [nodeId, idOf("a")]) expect(figures(id)).toMatchObject({ requests: 2, failures: 0 });
  });

  it("blames no place for a request that was wrong, and counts it as failed all the same", () => {
    const { meter, figures } = setUp();
    const code = "context_length_exceeded";
    meter.finished(record({ attempts: [at("a", code)], answeredBy: null, firstByteMs: null, error: code }));
    expect(figures(idOf("a"))).toMatchObject({ requests: 1, failures: 0 });
    expect(figures(nodeId)).toMatchObject({ requests: 1, failures: 1 });
  });

  it("makes its rates over the last ten seconds, and lets them fall to zero", () => {
    const { state, meter, figures } = setUp();
    for (let request = 0; request < 20; request++) meter.finished(record({ error: "upstream_disconnected" }));
    expect(figures(nodeId)).toMatchObject({ requestsPerSecond: 2, failuresPerSecond: 2 });
    state.now = 9_000;
    expect(figures(nodeId)?.requestsPerSecond).toBe(2);
    state.now = 11_000;
    expect(figures(nodeId)).toMatchObject({ requestsPerSecond: 0, failuresPerSecond: 0, requests: 20 });
  });

  it("forgets the rates of a time long before, however long nothing happened", () => {
    const { state, meter, figures } = setUp();
    meter.finished(record());
    state.now = 3_600_000;
    meter.finished(record());
    expect(figures(nodeId)?.requestsPerSecond).toBe(0.1);
  });

  it("tells only what has changed, and each flow once", () => {
    const { meter } = setUp();
    meter.finished(record());
    meter.finished(record({ error: "upstream_disconnected" }));
    const first = trafficChangeSchema.parse(meter.takeChange());
    expect(first.flows).toEqual([{ id: idOf("a", "m"), finished: 2, failed: 1 }]);
    expect(first.figures.map(({ id }) => id).sort()).toEqual([nodeId, idOf("a"), idOf("a", "m")].sort());
    expect(meter.takeChange()).toEqual({ figures: [], flows: [], spans: [], clients: [] });
  });

  it("shows what is on its way before anything has ended there", () => {
    const { state, meter } = setUp();
    state.open = [
      { backendId: "a", modelId: "m", count: 2 },
      { backendId: "a", modelId: "n", count: 1 },
    ];
    const open = Object.fromEntries(meter.takeChange().figures.map((each) => [each.id, each.openRequests]));
    expect(open).toEqual({ [nodeId]: 3, [idOf("a")]: 3, [idOf("a", "m")]: 2, [idOf("a", "n")]: 1 });
    state.open = [];
    expect(meter.takeChange().figures.every((each) => each.openRequests === 0)).toBe(true);
  });

  it("keeps five minutes of history for what was used in them, and none for the rest", () => {
    const { meter } = setUp();
    const span = (second: number) => meter.endSpan(new Date(second * 1000));
    expect(span(0)).toEqual([]);
    meter.finished(record());
    expect(
      span(5)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([nodeId, idOf("a"), idOf("a", "m")].sort());
    for (let count = 1; count < 60; count++) span(5 + 5 * count);
    const [whole] = trafficSnapshotSchema.parse(meter.snapshot()).history.filter(({ id }) => id === idOf("a"));
    expect(whole?.spans).toHaveLength(60);
    expect(whole?.spans[0]).toEqual({ at: "1970-01-01T00:00:05.000Z", p50Ms: 20, requests: 1, failures: 0 });
    expect(whole?.spans[1]).toMatchObject({ p50Ms: null, requests: 0 });
    span(400);
    expect(meter.snapshot().history.every(({ spans }) => spans.length === 0)).toBe(true);
    expect(span(405)).toEqual([]);
  });

  it("remembers who has asked, the latest first, and no more than 64", () => {
    const { meter } = setUp();
    for (let index = 0; index < 70; index++) meter.finished(record({ client: `key-${index}` }));
    meter.finished(record({ client: "key-10", error: "no_place" }));
    const { clients } = meter.snapshot();
    expect(clients).toHaveLength(64);
    expect(clients[0]).toMatchObject({ name: "key-10", requests: 2, failures: 1 });
    expect(clients[1]?.name).toBe("key-69");
  });

  it("forgets what was used longest ago when there are thousands of models", () => {
    const { meter } = setUp();
    for (let index = 0; index < 5000; index++) {
      meter.finished(record({ attempts: [{ ...at("a"), model: `m${index}` }] }));
    }
    const { figures } = meter.snapshot();
    expect(figures.length).toBeLessThanOrEqual(4096);
    expect(figures.some(({ id }) => id === idOf("a", "m4999"))).toBe(true);
    expect(figures.some(({ id }) => id === nodeId)).toBe(true);
  });
});
