import fc from "fast-check";
import { expect, it } from "vitest";
import { LatencyAverages } from "../../../sidecar/health/latency-averages.ts";

it("has nothing to say before the first answer", () => {
  expect(new LatencyAverages().get("a")).toBeNull();
});

it("begins with the first answer's time", () => {
  const averages = new LatencyAverages();
  averages.record("a", 250);
  expect(averages.get("a")).toBe(250);
});

it("knows zero from nothing", () => {
  const averages = new LatencyAverages();
  averages.record("a", 0);
  expect(averages.get("a")).toBe(0);
});

it("moves a fifth of the way towards each new value", () => {
  const averages = new LatencyAverages();
  averages.record("a", 100);
  averages.record("a", 200);
  expect(averages.get("a")).toBe(120);
  averages.record("a", 0);
  expect(averages.get("a")).toBe(96);
});

it("has followed a lasting change after about ten answers", () => {
  const averages = new LatencyAverages();
  averages.record("a", 1000);
  for (let answer = 0; answer < 10; answer++) averages.record("a", 100);
  expect(averages.get("a")).toBeLessThan(200);
});

it("keeps backends apart", () => {
  const averages = new LatencyAverages();
  averages.record("a", 10);
  averages.record("b", 20);
  expect([averages.get("a"), averages.get("b"), averages.get("c")]).toEqual([10, 20, null]);
});

it("is rounded to a tenth of a millisecond", () => {
  const averages = new LatencyAverages();
  averages.record("a", 12.3456);
  expect(averages.get("a")).toBe(12.3);
});

it("is never outside the range of the values", () => {
  const value = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const averages = new LatencyAverages();
      for (const each of values) averages.record("a", each);
      const average = averages.get("a") ?? Number.NaN;
      expect(average).toBeGreaterThanOrEqual(Math.min(...values) - 0.1);
      expect(average).toBeLessThanOrEqual(Math.max(...values) + 0.1);
    }),
  );
});
