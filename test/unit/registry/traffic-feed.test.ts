import { describe, expect, it } from "vitest";
import type { TrafficChange } from "../../../contract/mesh/traffic.ts";
import { TrafficFeed } from "../../../sidecar/registry/traffic-feed.ts";
import { TrafficMeter } from "../../../sidecar/registry/traffic-meter.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { requestRecord } from "../../support/request-record.ts";

const nodeId = `node-${"0".repeat(32)}`;

function setUp() {
  const clock = new ManualClock();
  const quiet = { openPlaces: () => [], openRequests: () => 0, isPlaceFailure: () => false };
  const meter = new TrafficMeter({ nodeId, ...quiet, now: () => clock.now() });
  const feed = new TrafficFeed({ meter, clock, wallClock: () => new Date(clock.now()) });
  const request = (): void => {
    meter.finished(requestRecord({ attempts: [{ backend: "a", model: "m", outcome: "answered", ms: 5 }] }));
    feed.happened();
  };
  const changes: TrafficChange[] = [];
  const watch = () => feed.watch((change) => changes.push(change));
  return { clock, feed, request, changes, watch };
}
const rateOf = (change: TrafficChange | undefined): number | undefined =>
  change?.figures.find(({ id }) => id === nodeId)?.requestsPerSecond;

describe("the traffic feed", () => {
  it("gathers what happens within a quarter of a second into one message", () => {
    const { clock, request, changes, watch } = setUp();
    watch();
    for (let index = 0; index < 100; index++) {
      request();
      clock.advance(10);
    }
    expect(changes.length).toBeLessThanOrEqual(4);
    clock.advance(250);
    const flowed = changes.flatMap(({ flows }) => flows).reduce((sum, { finished }) => sum + finished, 0);
    expect(flowed).toBe(100);
  });

  it("tells when the rates have fallen to zero, and is silent from then on", () => {
    const { clock, request, changes, watch } = setUp();
    watch();
    request();
    clock.advance(250);
    expect(rateOf(changes.at(-1))).toBe(0.1);
    clock.advance(15_000);
    expect(rateOf(changes.findLast(({ figures }) => figures.length > 0))).toBe(0);
    const count = changes.filter(({ figures }) => figures.length > 0).length;
    clock.advance(60_000);
    expect(changes.filter(({ figures }) => figures.length > 0)).toHaveLength(count);
  });

  it("sets no timer while nothing flows, watched or not", () => {
    const { clock, request, watch } = setUp();
    expect(clock.pending).toBe(0);
    const watched = watch();
    clock.advance(2000);
    expect(clock.pending).toBe(0);
    request();
    expect(clock.pending).toBeGreaterThan(0);
    // The history of five minutes is kept up for as long as there is something in it.
    clock.advance(400_000);
    expect(clock.pending).toBe(0);
    watched.dispose();
  });

  it("tells each span of history as it ends", () => {
    const { clock, request, changes, watch } = setUp();
    watch();
    request();
    clock.advance(5000);
    const spans = changes.flatMap((change) => change.spans);
    expect(spans.find(({ id }) => id === nodeId)?.span).toMatchObject({ requests: 1, failures: 0 });
  });

  it("shows nobody as flowing now what has flowed before somebody watched", () => {
    const { clock, request, changes, watch } = setUp();
    request();
    const { snapshot } = watch();
    expect(snapshot.figures.find(({ id }) => id === nodeId)?.requests).toBe(1);
    clock.advance(1000);
    expect(changes.flatMap(({ flows }) => flows)).toEqual([]);
  });

  it("tells nobody who has stopped watching, nor after its end", () => {
    const { clock, feed, request, changes, watch } = setUp();
    watch().dispose();
    request();
    clock.advance(10_000);
    expect(changes).toEqual([]);
    watch();
    request();
    feed.dispose();
    clock.advance(10_000);
    expect(changes).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
