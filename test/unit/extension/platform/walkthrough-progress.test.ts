import { describe, expect, it } from "vitest";
import { WalkthroughProgress } from "../../../../extension/platform/walkthrough-progress.ts";

describe("the walkthrough's progress", () => {
  it("is told only once the walkthrough is open, and then with what was done before", () => {
    const progress = new WalkthroughProgress();
    const told: string[] = [];
    progress.onDidChange(() => told.push(progress.told));
    progress.did("node");
    progress.did("mesh");
    expect(progress.told).toBe("");
    expect(told).toEqual([]);
    progress.opened();
    progress.did("chat");
    progress.did("chat");
    expect(told).toEqual(["node mesh", "node mesh chat"]);
  });
});
