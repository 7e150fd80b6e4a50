import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followingTop, type Scrolled } from "../../../../webview/compare/scroll-position.ts";

const column = (heights: readonly number[], windowHeight = 100): Scrolled => {
  const edges = [0];
  for (const height of heights) edges.push((edges.at(-1) ?? 0) + height);
  return { edges, height: edges.at(-1) ?? 0, windowHeight };
};
const follow = (leader: Scrolled, top: number, follower: Scrolled): number =>
  followingTop({ ...leader, top }, follower);

describe("columns that are scrolled together", () => {
  const short = column([100, 100, 100]);
  const long = column([100, 800, 100]);

  it("are at their begin together, and at their end", () => {
    expect(follow(short, 0, long)).toBe(0);
    expect(follow(short, 200, long)).toBe(900);
    expect(follow(long, 900, short)).toBe(200);
  });

  it("show the same block when one of them has a longer one", () => {
    // Half way through three blocks is the middle of the second one.
    expect(follow(short, 100, long)).toBe(450);
    expect(follow(long, 450, short)).toBe(100);
  });

  it("go by the share of blocks where their numbers differ", () => {
    expect(follow(column([100, 100, 100, 100]), 150, column([400]))).toBe(150);
  });

  it("stay where they are when there is nothing to scroll", () => {
    expect(follow(column([50]), 0, long)).toBe(0);
    expect(follow(long, 450, column([50]))).toBe(0);
  });

  it("never go back while one scrolls on, nor beyond their ends, and find back", () => {
    const heights = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 });
    const places = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(heights, heights, places, (leading, following, shares) => {
        const [leader, follower] = [column(leading), column(following)];
        const room = Math.max(0, leader.height - leader.windowHeight);
        const limit = Math.max(0, follower.height - follower.windowHeight);
        const [first = 0, second = 0] = shares.toSorted((a, b) => a - b).map((share) => share * room);
        const [before, after] = [follow(leader, first, follower), follow(leader, second, follower)];
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(limit);
        expect(after - before).toBeGreaterThanOrEqual(-1e-6);
        if (limit > 0) expect(follow(follower, after, leader)).toBeCloseTo(second, 3);
      }),
    );
  });
});
