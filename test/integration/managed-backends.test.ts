import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topologyPatch, topologySubscribe } from "../../contract/rpc/topology.ts";
import { goFingerprint, goKey, StandInBackendAiGo } from "../support/stand-in-backend-ai-go.ts";
import { streamed } from "../support/stand-in-server.ts";
import { type Finished, finish, TestNode } from "../support/test-node.ts";
import { TopologyReplica } from "../support/topology-replica.ts";

// A node with a stand-in for a Backend.AI GO machine, driven by the command line as a person would.
let go: StandInBackendAiGo;
let node: TestNode;

beforeAll(async () => {
  go = await StandInBackendAiGo.start();
  go.server.replies.set("POST /v1/chat/completions", streamed);
  node = await TestNode.create({ configuration: "node: { lingerSeconds: 1 }\ngateway: { port: 0 }\n" });
  await node.attach();
});
afterAll(async () => {
  await node.dispose();
  await go.server.dispose();
});

async function add(...args: readonly string[]): Promise<Finished> {
  const child = node.spawnCli(["backends", "add", ...args, "--key-stdin"]);
  child.stdin?.end(goKey);
  return await finish(child);
}

describe("a stand-in for a Backend.AI GO machine, from the command line", () => {
  it("is added by address, key and fingerprint, and said to be what it is", async () => {
    const added = await add("go", go.server.url, "--kind", "backend-ai-go", "--fingerprint", goFingerprint);
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining("streamed an answer") });
    expect(added.stdout).toMatch(/^go {2}healthy {2}backend-ai-go, Backend\.AI GO, http/);
  });

  it("loads and unloads its models, as the mesh sees at once", async () => {
    const connection = await node.connect();
    const seen = new TopologyReplica(await connection.request(topologySubscribe, {}));
    connection.on(topologyPatch, (patch) => seen.apply(patch));
    const shown = (modelId: string) => seen.state.nodes.find((thing) => thing.modelId === modelId);
    const machine = seen.state.nodes.find(({ backendKind }) => backendKind === "backend-ai-go");
    expect(machine?.program).toEqual({ id: "backend-ai-go", version: null });
    expect(await node.cli("load", "llama", "--backend", "go")).toMatchObject({
      code: 0,
      stdout: "llama  loaded  at go\n",
    });
    await expect.poll(() => shown("llama")?.modelState).toBe("loaded");
    expect(shown("qwen")?.modelState).toBe("available");
    expect(await node.cli("unload", "llama", "--backend", "go")).toMatchObject({
      code: 0,
      stdout: "llama  available  at go\n",
    });
    await expect.poll(() => shown("llama")?.modelState).toBe("available");
  });

  it("says why it does not load, and exits with that", async () => {
    go.refusal = "no memory left";
    const failed = await node.cli("load", "llama", "--backend", "go");
    go.refusal = null;
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain("'go' could not do that with 'llama': no memory left.");
  });

  it("is the only one whose models can be loaded like this", async () => {
    await add("plain", go.server.url);
    const unmanaged = await node.cli("load", "llama", "--backend", "plain");
    expect(unmanaged.code).not.toBe(0);
    expect(unmanaged.stderr).toContain("cannot be loaded or unloaded from here");
    const unknown = await node.cli("unload", "llama", "--backend", "nobody");
    expect(unknown.stderr).toContain("There is no backend 'nobody'");
    const own = await node.cli("load", "llama", "--backend", "local-engine");
    expect(own.stderr).toContain("The model 'llama' does not exist here");
  });
});
