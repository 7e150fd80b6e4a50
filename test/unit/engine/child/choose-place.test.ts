import { describe, expect, it } from "vitest";
import { choosePlace, type PlaceView } from "../../../../sidecar/engine/child/choose-place.ts";

const empty = (id: number): PlaceView => ({ id, storedTokens: 0, commonTokens: 0, usesSince: 0 });
const holding = (id: number, storedTokens: number, commonTokens = 0, usesSince = 0): PlaceView => ({
  id,
  storedTokens,
  commonTokens,
  usesSince,
});
const choose = (free: readonly PlaceView[], ...busy: number[]) => choosePlace(free, new Set(busy));

describe("a prompt goes to", () => {
  it("the lowest of equal places", () => {
    expect(choose([empty(0), empty(1), empty(2)])).toBe(0);
  });

  it("the place with the longest common beginning", () => {
    expect(choose([empty(0), holding(1, 400, 300), holding(2, 800, 390)])).toBe(1);
    expect(choose([empty(0), holding(1, 400, 300), holding(2, 400, 390)])).toBe(2);
  });

  it("an empty place rather than over another conversation, when nobody else answers", () => {
    expect(choose([holding(0, 500), empty(1)])).toBe(1);
  });

  it("the neighbour of those that answer, since gaps cost every step", () => {
    expect(choose([empty(0), empty(2), empty(3)], 1)).toBe(0);
    expect(choose([empty(0), empty(3), empty(4)], 5)).toBe(4);
  });

  it("the gap between two that answer", () => {
    expect(choose([empty(0), empty(2), empty(4)], 1, 3)).toBe(2);
  });

  it("a distant place for a long common beginning, and not for a short one", () => {
    expect(choose([empty(1), holding(7, 2000, 1900)], 0)).toBe(7);
    expect(choose([empty(1), holding(7, 200, 100)], 0)).toBe(1);
  });

  it("the conversation that is least likely to go on, when all places are full", () => {
    expect(choose([holding(0, 1000, 0, 1), holding(1, 1000, 0, 5), holding(2, 1000, 0, 0)])).toBe(1);
  });

  it("nowhere when no place is free", () => {
    expect(choose([], 0, 1)).toBeUndefined();
  });
});
