import { describe, expect, it } from "vitest";
import { remoteKind } from "../../../../extension/platform/remote-kind.ts";

describe("where an editor runs, for reports", () => {
  it("is the kind of its connection, and never the name of a machine", () => {
    expect(["ssh-remote", "wsl", undefined, "gpu-box.example.com:8080", "gpubox"].map(remoteKind)).toEqual([
      "ssh-remote",
      "wsl",
      "none",
      "other",
      "other",
    ]);
  });
});
