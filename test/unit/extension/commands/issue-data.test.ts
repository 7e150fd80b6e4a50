import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { NodeStatus } from "../../../../contract/rpc/node.ts";
import { type IssueFacts, issueData } from "../../../../extension/commands/issue-data.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { topologyNode } from "../../../support/topology-node.ts";

const status = {
  name: "desk-of-ada",
  version: "1.2.0",
  nodeVersion: "24.1.0",
  hardware: {
    cpu: { model: "Processor | X", cores: 8, load: null },
    memory: { totalBytes: 32e9, availableBytes: 12.4e9 },
    gpus: [{ name: "GPU 9000" }],
  },
  models: [modelSummary({ id: "secret-project", path: "/home/ada/secret-project.gguf" })],
  configuration: { problem: null },
  keyStore: { newKeys: "file", why: "own-home", problem: null },
} as unknown as NodeStatus;
const facts: IssueFacts = {
  version: "1.2.0",
  editor: "Code 1.139.0 (desktop)",
  remote: "none",
  platform: "linux x64",
  state: { kind: "ready", node: { name: "desk-of-ada", version: "1.2.0", pid: 1 } },
  status,
  backends: [
    topologyNode({
      id: "n/gpu",
      kind: "backend",
      label: "adas-gpu-box",
      backendKind: "openai-compatible",
      url: "http://adas-gpu-box:8000",
      program: { id: "vllm", version: "0.11.0" },
      health: "unhealthy",
      reason: "adas-gpu-box refused the connection",
    }),
  ],
};

describe("the data of an issue report", () => {
  it("has versions, the node's state, the hardware and what answers", () => {
    const data = issueData(facts);
    for (const part of ["1.2.0", "Code 1.139.0", "linux x64", "ready", "8 cores", "12.4 GB of 32.0 GB", "GPU 9000"]) {
      expect(data).toContain(part);
    }
    expect(data).toContain("openai-compatible vLLM 0.11.0 unhealthy");
  });

  it("names no machine, no server, no model and no file", () => {
    expect(issueData(facts)).not.toMatch(/ada|secret-project/);
  });

  it("says why a node is not there", () => {
    const error = new MeshError("no_free_port", { firstPort: 1, lastPort: 2 });
    const data = issueData({ ...facts, state: { kind: "failed", error }, status: undefined, backends: [] });
    expect(data).toContain("|Node|failed, no_free_port|");
    expect(data).toContain("|Backends|none|");
  });

  it("stays a table whatever the parts are called", () => {
    for (const line of issueData(facts).trim().split("\n"))
      expect(line.replaceAll("\\|", "").split("|")).toHaveLength(4);
  });
});
