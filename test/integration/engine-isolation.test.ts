import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { modelsList, modelsLoad } from "../../contract/rpc/models.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { makeRandomModel } from "../../sidecar/demo-model/make-random-model.ts";
import { type Answer, chatBody, post } from "../support/chat-request.ts";
import { eventually, isGone, TestNode } from "../support/test-node.ts";

/** A chat template that takes longer than the universe is old. */
const endlessTemplate = `${"{% for a in range(10000) %}".repeat(5)}${"{% endfor %}".repeat(5)}`;

let node: TestNode;
let connection: ControlConnection;
beforeEach(async () => {
  node = await TestNode.create({
    models: [inject("models").tiny],
    configuration: "node: { lingerSeconds: 0.3 }\ngateway: { port: 0 }\nlimits: { idleSeconds: 5 }\n",
  });
  await writeFile(
    join(node.folders.models, "endless.gguf"),
    makeRandomModel({ name: "endless", chatTemplate: endlessTemplate }),
  );
  ({ connection } = await node.attach());
});
afterEach(() => node.dispose());

const engines = async () => node.enginePids((await node.status()).pid);
const problemOf = async (id: string) =>
  (await connection.request(modelsList, {})).models.find((each) => each.id === id)?.problem ?? null;
/** Loads a model, and finds its process. */
async function load(model: string): Promise<number> {
  const before = new Set(await engines());
  await connection.request(modelsLoad, { model });
  return (await engines()).find((pid) => !before.has(pid)) ?? 0;
}

describe("an engine whose JavaScript is blocked by a hostile chat template", () => {
  it("is killed after the idle limit, which its request, the topology and the log say; others are untouched", async () => {
    const healthy = await load("tiny");
    const blocked = await load("endless");
    const { status, json } = await post(node, chatBody("endless"));
    expect(status).toBe(502);
    expect(json.error.code).toBe("engine_crashed");
    expect(await isGone(blocked)).toBe(true);
    expect(await problemOf("endless")).toMatchObject({ code: "engine_unresponsive", params: { seconds: 5 } });
    expect(node.log).toContain('"engine.unresponsive"');
    expect(await engines()).toContain(healthy);
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });

  it("does not outlive a node that is killed", async () => {
    const blocked = await load("endless");
    const { pid } = await node.status();
    const waiting = post(node, chatBody("endless")).catch(() => undefined);
    const isAnswering = async () =>
      (await connection.request(modelsList, {})).models.some((each) => each.id === "endless" && each.openRequests > 0);
    expect(await eventually(isAnswering)).toBe(true);
    process.kill(pid, "SIGKILL");
    expect(await isGone(blocked)).toBe(true);
    await waiting;
  });
});

describe("an engine that crashes again and again", () => {
  it("is started at once the first time, then not before a pause, and at once for a person who asks", async () => {
    const crash = async (pid: number): Promise<void> => {
      process.kill(pid, "SIGKILL");
      expect(await isGone(pid)).toBe(true);
      expect(await eventually(async () => (await problemOf("tiny"))?.code === "engine_crashed")).toBe(true);
    };
    await crash(await load("tiny"));
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
    // The pauses get longer, so that one of them outlasts the slowest machine's next request.
    let refusal: Answer | undefined;
    for (let count = 0; count < 6 && refusal === undefined; count++) {
      await crash((await engines())[0] ?? 0);
      const answer = await post(node, chatBody("tiny"));
      if (answer.status !== 200) refusal = answer;
    }
    expect(refusal).toMatchObject({ status: 503, json: { error: { code: "engine_restarting" } } });
    expect(Number(refusal?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await engines()).toEqual([]);
    await load("tiny");
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });
});
