import { describe, expect, it } from "vitest";
import { windowLimit } from "../../../../extension/workspace/window-limit.ts";

describe("the person's privacy limit of a window", () => {
  it("is the tightest of what the levels of the settings say", () => {
    expect(windowLimit({ globalValue: "lan", workspaceValue: "local" })).toBe("local");
    expect(windowLimit({ workspaceFolderValue: "mine" })).toBe("mine");
  });

  it("is not relaxed by a folder that was only opened", () => {
    expect(windowLimit({ globalValue: "local", workspaceValue: "cloud", workspaceFolderValue: "none" })).toBe("local");
  });

  it("is none where nobody has set one, or what is set is none", () => {
    expect(windowLimit({ globalValue: "none" })).toBeNull();
    expect(windowLimit({ globalValue: 3, workspaceValue: "anywhere" })).toBeNull();
    expect(windowLimit(undefined)).toBeNull();
  });
});
