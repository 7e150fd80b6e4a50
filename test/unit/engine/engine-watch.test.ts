import { beforeEach, describe, expect, it } from "vitest";
import type { EngineStats } from "../../../contract/engine/control.ts";
import { EngineWatch } from "../../../sidecar/engine/engine-watch.ts";
import { ManualClock } from "../../support/manual-clock.ts";

let clock: ManualClock;
let wedged: string[];
let asked: number;
/** What the stand-in engine answers, and when. */
let answer: () => Promise<EngineStats | undefined>;
let watch: EngineWatch;
const stats = (runningStepMs = 0) => ({ runningStepMs }) as EngineStats;

beforeEach(() => {
  clock = new ManualClock();
  wedged = [];
  asked = 0;
  answer = async () => stats();
  watch = new EngineWatch({
    clock,
    silenceMs: 100,
    stepMs: 500,
    ask: () => {
      asked++;
      return answer();
    },
    onWedged: (reason) => wedged.push(reason),
  });
});
const settle = () => new Promise(setImmediate);
/** Time in which the engine may answer after each step. */
async function pass(totalMs: number): Promise<void> {
  for (let ms = 0; ms < totalMs; ms += 25) {
    clock.advance(25);
    await settle();
  }
}

describe("an engine that somebody waits for", () => {
  it("is left alone as long as it answers", async () => {
    watch.isNeeded = true;
    await pass(1000);
    expect(wedged).toEqual([]);
    expect(asked).toBeGreaterThan(20);
  });

  it("is wedged when it leaves every question unanswered, which is said once", async () => {
    answer = () => new Promise(() => undefined);
    watch.isNeeded = true;
    await pass(75);
    expect(wedged).toEqual([]);
    await pass(500);
    expect(wedged).toEqual(["silent"]);
    expect(clock.pending).toBe(0);
  });

  it("is wedged when it answers, and says that a step does not end", async () => {
    let runningStepMs = 0;
    answer = async () => {
      runningStepMs += 100;
      return stats(runningStepMs);
    };
    watch.isNeeded = true;
    await pass(1000);
    expect(wedged).toEqual(["stuck"]);
  });

  it("is not taken for dead because the computer slept", async () => {
    let finish: ((value: EngineStats) => void) | undefined;
    answer = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    watch.isNeeded = true;
    // The timer is the first to notice that hours have gone by.
    clock.advance(25);
    finish?.(stats());
    await settle();
    expect(wedged).toEqual([]);
  });
});

describe("an engine that nobody waits for", () => {
  it("is asked nothing", async () => {
    await pass(1000);
    expect(asked).toBe(0);
    watch.isNeeded = true;
    await pass(100);
    watch.isNeeded = false;
    const before = asked;
    await pass(1000);
    expect(asked).toBe(before);
    expect(clock.pending).toBe(0);
  });

  it("may have gone silent without being judged, until somebody needs it", async () => {
    answer = () => new Promise(() => undefined);
    watch.isNeeded = true;
    await pass(75);
    watch.isNeeded = false;
    await pass(1000);
    expect(wedged).toEqual([]);
    watch.isNeeded = true;
    await pass(200);
    expect(wedged).toEqual(["silent"]);
  });
});
