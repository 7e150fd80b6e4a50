import { describe, expect, it } from "vitest";
import {
  coherenceLimit,
  innerProduct,
  lowCoherenceCodes,
  strictCoherenceLimit,
} from "../../../sidecar/demo-model/low-coherence-codes.ts";
import { SeededRandom } from "../../../sidecar/demo-model/seeded-random.ts";

describe("lowCoherenceCodes", () => {
  it("gives unit vectors whose inner products stay below the limit", () => {
    const codes = lowCoherenceCodes({ count: 300, length: 32, random: new SeededRandom(1) });
    for (const [index, code] of codes.entries()) {
      expect(innerProduct(code, code)).toBeCloseTo(1, 9);
      const nearest = Math.max(...codes.slice(0, index).map((other) => innerProduct(code, other)), -1);
      expect(nearest).toBeLessThanOrEqual(coherenceLimit);
    }
  });

  it("gives the same codes for the same seed", () => {
    const make = () => lowCoherenceCodes({ count: 40, length: 10, random: new SeededRandom(5) });
    expect(make()).toEqual(make());
  });

  it("refuses more codes than fit", () => {
    const tooMany = { count: 100, length: 2, random: new SeededRandom(1) };
    expect(() => lowCoherenceCodes(tooMany)).toThrow("100 codes do not fit into 2 dimensions");
  });

  it("keeps strict codes almost at right angles to all others, in both directions", () => {
    const strict = 5;
    const codes = lowCoherenceCodes({ count: 300, length: 32, random: new SeededRandom(1), strict });
    const products = codes.slice(0, strict).flatMap((code, index) => {
      const others = codes.filter((_, other) => other !== index);
      return others.map((other) => Math.abs(innerProduct(code, other)));
    });
    expect(Math.max(...products)).toBeLessThanOrEqual(strictCoherenceLimit);
  });
});
