import { describe, expect, it } from "vitest";
import type { Flow } from "../../../../contract/webview/mesh.ts";
import { edgeCurve } from "../../../../webview/topology/edge-curve.ts";
import { maxParticles, ParticleField } from "../../../../webview/topology/particle-field.ts";

const curve = edgeCurve({ x: 0, y: 0, width: 10, height: 10 }, { x: 200, y: 50, width: 10, height: 10 });
const curveOf = (): typeof curve => curve;
const flow = (given: Partial<Flow>): Flow => ({ edge: "e", requests: 1, errors: 0, latencyMs: 100, ...given });

describe("requests on their way", () => {
  it("are none without traffic", () => {
    const field = new ParticleField();
    field.add([flow({ requests: 0 })], { now: 0, windowMs: 100 });
    expect(field.isMoving).toBe(false);
    expect(field.glowing(0).size).toBe(0);
  });

  it("travel from the left to the right, and are gone when they have arrived", () => {
    const field = new ParticleField();
    field.add([flow({})], { now: 0, windowMs: 100 });
    const [early] = field.at(50, curveOf);
    const [late] = field.at(300, curveOf);
    expect(early?.x).toBeLessThan(late?.x ?? 0);
    expect(field.at(10_000, curveOf)).toEqual([]);
    expect(field.isMoving).toBe(false);
  });

  it("are as many as there were, spread over the window", () => {
    const field = new ParticleField();
    field.add([flow({ requests: 10 })], { now: 0, windowMs: 400 });
    expect(field.at(0, curveOf)).toHaveLength(1);
    expect(field.at(399, curveOf)).toHaveLength(10);
  });

  it("are quicker where the answer comes quicker", () => {
    const [quick, slow] = [new ParticleField(), new ParticleField()];
    quick.add([flow({ latencyMs: 150 })], { now: 0, windowMs: 100 });
    slow.add([flow({ latencyMs: 900 })], { now: 0, windowMs: 100 });
    expect(quick.at(400, curveOf)[0]?.x).toBeGreaterThan(slow.at(400, curveOf)[0]?.x ?? 0);
  });

  it("show a failure however few it is of many", () => {
    const field = new ParticleField();
    field.add([flow({ requests: 1_000, errors: 1 })], { now: 0, windowMs: 100 });
    expect(field.at(99, curveOf).filter(({ isError }) => isError)).toHaveLength(1);
  });

  it("are never more than can be drawn", () => {
    const field = new ParticleField();
    const flows = Array.from({ length: 500 }, (_, index) =>
      flow({ edge: `e${index}`, requests: 50, latencyMs: 1_000 }),
    );
    for (let batch = 0; batch < 5; batch++) field.add(flows, { now: 0, windowMs: 100 });
    expect(field.at(100, curveOf)).toHaveLength(maxParticles);
  });

  it("let their path glow for a while after them", () => {
    const field = new ParticleField();
    field.add([flow({})], { now: 0, windowMs: 100 });
    expect(field.glowing(1_000)).toEqual(new Set(["e"]));
    expect(field.glowing(10_000)).toEqual(new Set());
    expect(field.nextGlowEnd).toBeUndefined();
  });
});
