import { describe, expect, it } from "vitest";
import { RestartPolicy } from "../../../../extension/sidecar/restart-policy.ts";

describe("the restart policy", () => {
  it("repairs at once, then slower, and gives up at the fourth crash within three minutes", () => {
    const policy = new RestartPolicy();
    expect([0, 60_000, 120_000, 179_999].map((at) => policy.record(at))).toEqual([0, 500, 2_000, "giveUp"]);
  });

  it("goes on for ever when crashes are rare", () => {
    const policy = new RestartPolicy();
    for (let crash = 0; crash < 20; crash++) expect(policy.record(crash * 61_000)).not.toBe("giveUp");
  });

  it("starts counting anew when a person asks", () => {
    const policy = new RestartPolicy();
    for (const at of [1, 2, 3]) policy.record(at);
    policy.forget();
    expect(policy.record(4)).toBe(0);
  });
});
