import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { keysCreate, keysList, keysRevoke } from "../../contract/rpc/keys.ts";
import { requestsList } from "../../contract/rpc/routes.ts";
import { toolsTry } from "../../contract/rpc/use-with.ts";
import { outsideTools } from "../../contract/use-with/index.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { isIdle } from "../support/routed-node.ts";
import { listOf, StandInServer } from "../support/stand-in-server.ts";
import { TestNode } from "../support/test-node.ts";

const ids = outsideTools.map(({ id }) => id);
let node: TestNode;
let silent: StandInServer;
let connection: ControlConnection;

beforeAll(async () => {
  silent = await StandInServer.start({ "GET /v1/models": listOf({ id: "silent" }) });
  silent.replies.set("POST /v1/chat/completions", () => undefined);
  node = await TestNode.create({
    models: [inject("models").tiny],
    configuration: `node: { lingerSeconds: 0.3 }
gateway: { port: 0 }
backends:
  - { id: silent, kind: openai-compatible, url: "${silent.url}" }
`,
  });
  ({ connection } = await node.attach());
});
afterAll(async () => {
  await node.dispose();
  await silent.dispose();
});

describe("a trial of a tool's request", () => {
  it.each(ids)("is answered by a real model, through the gateway: %s", async (tool) => {
    const trial = await connection.request(toolsTry, { tool, model: "tiny" });
    expect(trial).toMatchObject({ outcome: "answered", model: "tiny", backend: "local-engine" });
    expect(trial.url.startsWith((await node.status()).gateway.url)).toBe(true);
  });

  it("is one of the node's requests, under the name of the key that it was sent with", async () => {
    const { key } = await connection.request(keysCreate, { name: "tried", settings: {} });
    await connection.request(toolsTry, { tool: "codex", model: "tiny", key });
    const { records } = await connection.request(requestsList, { limit: 1, onlyFailed: false });
    expect(records[0]).toMatchObject({ client: "tried", explanation: { asked: "tiny" } });
  });

  it("says what failed and what to do, with the catalogue's error", async () => {
    const trial = await connection.request(toolsTry, { tool: "curl", model: "absent" });
    expect(trial).toMatchObject({ outcome: "failed", status: 404, error: { code: "unknown_model" } });
  });

  it("says so in the words of each dialect", async () => {
    for (const tool of ids) {
      const trial = await connection.request(toolsTry, { tool, model: "absent" });
      expect(trial).toMatchObject({ outcome: "failed", status: 404, message: expect.stringContaining("absent") });
    }
  });

  it("fails with a key that was revoked", async () => {
    const { key } = await connection.request(keysCreate, { name: "gone", settings: {} });
    await connection.request(keysRevoke, { name: "gone" });
    const trial = await connection.request(toolsTry, { tool: "cline", model: "tiny", key });
    expect(trial).toMatchObject({ outcome: "failed", status: 401, error: { code: "wrong_key" } });
  });

  it("ends when it is cancelled, at the model as well", async () => {
    const abort = new AbortController();
    const asked = new Promise<void>((resolve) => {
      silent.replies.set("POST /v1/chat/completions", () => resolve());
    });
    const trial = connection.request(toolsTry, { tool: "curl", model: "silent" }, abort.signal);
    await asked;
    abort.abort();
    await expect(trial).rejects.toThrow();
    expect(await isIdle(node)).toBe(true);
  });
});

describe("inference-mesh use-with", () => {
  it("lists the programs", async () => {
    const { code, stdout } = await node.cli("use-with");
    expect(code).toBe(0);
    for (const id of ids) expect(stdout).toContain(id);
  });

  it("prints what to paste with the real address, and no key", async () => {
    const { url } = (await node.status()).gateway;
    const { code, stdout, stderr } = await node.cli("use-with", "codex", "--model", "tiny");
    expect(code).toBe(0);
    expect(stdout).toContain(`base_url = "${url}/v1"`);
    expect(stdout).toContain('model = "tiny"');
    expect(stdout + stderr).not.toMatch(/im-[A-Za-z0-9_-]{20}/);
  });

  it("makes a key of the program's own when told to, which works", async () => {
    const { stdout } = await node.cli("use-with", "python", "--create-key");
    const key = /im-[A-Za-z0-9_-]{20,}/.exec(stdout)?.[0];
    expect((await connection.request(keysList, {})).keys.map(({ name }) => name)).toContain("python");
    expect(await connection.request(toolsTry, { tool: "python", model: "tiny", key })).toMatchObject({
      outcome: "answered",
    });
  });

  it("tells by its exit status whether the test was answered", async () => {
    const good = await node.cli("use-with", "claude-code", "--test", "--model", "tiny");
    expect(good.stdout).toMatch(/^Answered: .*\/v1\/messages\?beta=true: tiny at local-engine streamed /);
    expect(good.code).toBe(0);
    const bad = await node.cli("use-with", "claude-code", "--test", "--model", "absent");
    expect(bad.stdout).toMatch(/^Failed: .*HTTP 404/);
    expect(bad.code).toBe(1);
  });

  it("names its programs when it is given another", async () => {
    const { code, stderr } = await node.cli("use-with", "nonsense");
    expect(code).toBe(2);
    expect(stderr).toContain("use-with --help");
  });
});
