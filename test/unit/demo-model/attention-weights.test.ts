import { describe, expect, it } from "vitest";
import { lookBackScore, recencyScore } from "../../../sidecar/demo-model/attention-weights.ts";

const contextTokens = 4096;
const distances = Array.from({ length: contextTokens }, (_, distance) => distance);

describe("look-back heads", () => {
  it.each([1, 2, 3])("prefer the token %i places back over any other by more than 60", (offset) => {
    const others = distances.filter((distance) => distance !== offset);
    const best = Math.max(...others.map((distance) => lookBackScore(distance, offset)));
    expect(lookBackScore(offset, offset) - best).toBeGreaterThan(60);
  });
});

describe("topic heads", () => {
  it("prefer the newer of two keywords, by 2.6 at least and by 4 among the last 150 tokens", () => {
    for (let distance = 4; distance <= 250; distance++) {
      const olderBest = Math.max(...distances.slice(distance + 1).map(recencyScore));
      expect(recencyScore(distance) - olderBest).toBeGreaterThan(distance < 150 ? 4 : 2.59);
    }
  });

  it("prefer a keyword over a token without one for 3900 tokens", () => {
    expect(Math.min(...distances.slice(0, 3900).map(recencyScore))).toBeGreaterThan(60);
  });
});
