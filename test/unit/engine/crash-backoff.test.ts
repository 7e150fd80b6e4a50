import { beforeEach, expect, it } from "vitest";
import { CrashBackoff } from "../../../sidecar/engine/crash-backoff.ts";
import { ManualClock } from "../../support/manual-clock.ts";

let clock: ManualClock;
let backoff: CrashBackoff;
beforeEach(() => {
  clock = new ManualClock();
  backoff = new CrashBackoff(clock);
});

it("lets an engine start again at once after its first crash", () => {
  backoff.crashed();
  expect(backoff.waitMs).toBe(0);
});

it("waits longer after each further crash, and never longer than a minute", () => {
  const waits = Array.from({ length: 10 }, () => {
    backoff.crashed();
    return backoff.waitMs;
  });
  expect(waits).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  clock.advance(59_000);
  expect(backoff.waitMs).toBe(1000);
  clock.advance(5000);
  expect(backoff.waitMs).toBe(0);
});

it("forgets crashes of long ago, and those before a person asked for a start", () => {
  for (let count = 0; count < 5; count++) backoff.crashed();
  clock.advance(11 * 60_000);
  backoff.crashed();
  expect(backoff.waitMs).toBe(0);
  backoff.crashed();
  expect(backoff.waitMs).toBeGreaterThan(0);
  backoff.forget();
  expect(backoff.waitMs).toBe(0);
});
