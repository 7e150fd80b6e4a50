import { beforeEach, describe, expect, it } from "vitest";
import { EngineUse } from "../../../sidecar/engine/engine-use.ts";
import { ManualClock } from "../../support/manual-clock.ts";

let clock: ManualClock;
let idle: number;
let use: EngineUse;

beforeEach(() => {
  clock = new ManualClock();
  idle = 0;
  use = new EngineUse({ idleMs: 1000, clock, onIdle: () => idle++ });
});

describe("an engine that nobody needs", () => {
  it("is told so once its time has passed", () => {
    use.note(true);
    expect(use.unloadsAt?.getTime()).toBeGreaterThan(Date.now());
    clock.advance(999);
    expect(idle).toBe(0);
    clock.advance(1);
    expect([idle, use.unloadsAt, clock.pending]).toEqual([1, null, 0]);
  });

  it("begins anew with each use", () => {
    use.note(true);
    clock.advance(900);
    use.note(true);
    clock.advance(900);
    expect(idle).toBe(0);
    expect(use.lastUsedAt).toBe(900);
  });

  it("is never told while a request is open or claims it, or while there is nothing to unload", () => {
    use.note(true);
    use.openRequests++;
    use.note(true);
    expect(use.unloadsAt).toBeNull();
    clock.advance(5000);
    use.openRequests--;
    use.claims++;
    use.note(true);
    clock.advance(5000);
    use.claims--;
    use.note(false);
    clock.advance(5000);
    expect([idle, clock.pending]).toEqual([0, 0]);
  });

  it("stays for ever where the settings say so", () => {
    const forever = new EngineUse({ idleMs: 0, clock, onIdle: () => idle++ });
    forever.note(true);
    expect([forever.unloadsAt, clock.pending]).toEqual([null, 0]);
  });

  it("leaves no timer when it is disposed", () => {
    use.note(true);
    use.dispose();
    expect([clock.pending, use.unloadsAt]).toEqual([0, null]);
  });
});
