import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { modelsList, modelsLoad, modelsLoadProgress, modelsUnload } from "../../contract/rpc/models.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { chatBody, eventsOf, post } from "../support/chat-request.ts";
import { readStream } from "../support/read-stream.ts";
import { eventually, isGone, TestNode } from "../support/test-node.ts";

let node: TestNode;
let connection: ControlConnection;

beforeAll(async () => {
  const { tiny, slow, withoutTemplate } = inject("models");
  node = await TestNode.create({ models: [tiny, slow, withoutTemplate] });
  ({ connection } = await node.attach());
});
afterAll(() => node.dispose());

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MeshError);
  return (error as MeshError).code;
}
const load = (model: string, signal?: AbortSignal) => connection.request(modelsLoad, { model }, signal);

describe("loading", () => {
  it("tells how far it is, and ends loaded", async () => {
    const seen: number[] = [];
    const progress = connection.on(modelsLoadProgress, (event) => seen.push(event.progress));
    const { model } = await connection.request(modelsLoad, { model: "slow", progressToken: "p" });
    progress.dispose();
    expect(model).toMatchObject({ id: "slow", state: "loaded", contextTokens: 4096, canChat: true });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    await connection.request(modelsUnload, { model: "slow", force: false });
  });

  it("can be cancelled, and leaves no process", async () => {
    const abort = new AbortController();
    const loading = load("slow", abort.signal);
    const { pid } = await node.status();
    expect(await eventually(() => node.enginePids(pid).length > 0)).toBe(true);
    abort.abort();
    expect(await codeOf(loading)).toBe("cancelled");
    expect(await eventually(() => node.enginePids(pid).length === 0)).toBe(true);
    const { models } = await connection.request(modelsList, {});
    expect(models.find((model) => model.id === "slow")).toMatchObject({ state: "available", problem: null });
  });

  it("starts anew for whoever asks right after a cancelled load", async () => {
    const abort = new AbortController();
    const cancelled = load("slow", abort.signal).catch((error: MeshError) => error.code);
    const { pid } = await node.status();
    expect(await eventually(() => node.enginePids(pid).length > 0)).toBe(true);
    abort.abort();
    const second = load("slow");
    expect(await cancelled).toBe("cancelled");
    expect((await second).model.state).toBe("loaded");
    await connection.request(modelsUnload, { model: "slow", force: true });
  });

  it("is done once for all who wait for it", async () => {
    const answers = await Promise.all([load("tiny"), load("tiny"), post(node, chatBody("tiny"))]);
    expect(answers[2].status).toBe(200);
    expect(
      node.log.split("\n").filter((line) => line.includes('"model.loaded"') && line.includes('"tiny"')),
    ).toHaveLength(1);
  });

  it("gives a model its identity: the digest of its file and of its template", async () => {
    const identity = async () =>
      (await connection.request(modelsList, {})).models.find((m) => m.id === "tiny")?.identity;
    expect(await eventually(async () => (await identity()) !== null)).toBe(true);
    expect(await identity()).toMatchObject({ artifactDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("adds a file from anywhere by its path, and still knows it after a restart", async () => {
    const path = join(node.home, "elsewhere.gguf");
    await writeFile(path, await readFile(inject("models").tiny));
    expect((await load(path)).model).toMatchObject({ id: "elsewhere", state: "loaded", path });
    const state = JSON.parse(await readFile(join(node.folders.state, "node.json"), "utf8"));
    expect(state.content.addedModelPaths).toEqual([path]);
  });
});

describe("files that cannot be loaded", () => {
  const place = (name: string): string => join(node.folders.models, `${name}.gguf`);

  it("names the path of a file that does not exist", async () => {
    expect(await codeOf(load(join(node.home, "none.gguf")))).toBe("model_file_missing");
  });

  it("recognises a file that is not GGUF", async () => {
    await writeFile(place("page"), "<!doctype html><title>Sign in</title>");
    expect(await codeOf(load("page"))).toBe("model_file_not_gguf");
    const { status, json } = await post(node, chatBody("page"));
    expect(status).toBe(422);
    expect(json.error.message).toContain(place("page"));
  });

  it("recognises a file that was cut off, and says how much is missing", async () => {
    await writeFile(place("cut"), await readFile(inject("models").tiny));
    await truncate(place("cut"), 1_000_000);
    const error = await load("cut").catch((reason: MeshError) => reason);
    expect(error).toMatchObject({ code: "model_file_truncated", params: { path: place("cut"), sizeBytes: 1_000_000 } });
  });

  it("notices that a file has gone since it was listed", async () => {
    await writeFile(place("brief"), await readFile(inject("models").tiny));
    await connection.request(modelsList, {});
    await rm(place("brief"));
    expect(await codeOf(load("brief"))).toBe("unknown_model");
  });

  it("never answers with the old model once its file was replaced", async () => {
    const replaced = place("replaced");
    await writeFile(replaced, await readFile(inject("models").tiny));
    const answer = async () =>
      (await post(node, chatBody("replaced", { max_tokens: 30 }))).json.choices[0].message.content as string;
    const before = await answer();
    await writeFile(replaced, await readFile(inject("models").slow));
    const after = await answer();
    expect(after).not.toBe(before);
    expect(after).toBe((await post(node, chatBody("slow", { max_tokens: 30 }))).json.choices[0].message.content);
  });

  it("refuses to chat with a model that has no chat template", async () => {
    const { status, json } = await post(node, chatBody("without-template"));
    expect(status).toBe(422);
    expect(json.error.code).toBe("no_chat_template");
  });

  it("leaves the other models usable", async () => {
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });
});

describe("unloading", () => {
  it("waits for nobody's answer to break off, unless forced", async () => {
    const answer = post(node, chatBody("slow", { stream: true, max_tokens: 3000 })).catch(() => undefined);
    expect(await eventually(async () => (await model("slow"))?.openRequests === 1)).toBe(true);
    expect(await eventually(async () => (await model("slow"))?.state === "loaded")).toBe(true);
    expect(await codeOf(connection.request(modelsUnload, { model: "slow", force: false }))).toBe("model_in_use");
    const result = await connection.request(modelsUnload, { model: "slow", force: true });
    expect(result.model.state).toBe("available");
    await answer;
    expect(await eventually(async () => (await model("slow"))?.openRequests === 0)).toBe(true);
  });

  const model = async (id: string) => (await connection.request(modelsList, {})).models.find((each) => each.id === id);
});

describe("an engine that is killed", () => {
  it("ends its streams with an error event and no [DONE], and is started anew by a request after it", async () => {
    const { pid, gateway } = await node.status();
    const before = new Set(node.enginePids(pid));
    await load("slow");
    const engine = node.enginePids(pid).find((each) => !before.has(each)) ?? 0;
    const body = chatBody("slow", { stream: true, max_tokens: 3000 });
    const answer = await readStream(`${gateway.url}/v1/chat/completions`, node.key, body);
    await expect.poll(() => answer.text).not.toBe("");
    expect(engine).toBeGreaterThan(0);
    process.kill(engine, "SIGKILL");
    expect(await answer.ended, "the connection must not end cleanly").toBe(false);
    const last = JSON.parse(eventsOf(answer.text).at(-1) ?? "{}");
    expect(last.error).toMatchObject({ code: "engine_crashed", type: "upstream_disconnected" });
    expect(answer.text).not.toContain("[DONE]");
    expect(await isGone(engine)).toBe(true);

    // A request of the very moment may still be sent to the engine that is ending.
    const again = async () => await post(node, chatBody("slow", { max_tokens: 3 }));
    await expect.poll(again).toMatchObject({ status: 200, json: { usage: { completion_tokens: 3 } } });
  });

  it("answers a request that is not streamed with an error, and stays out of the way of other models", async () => {
    const { pid } = await node.status();
    await load("tiny");
    // Unloaded first, so that the engine which is new after the load is the one that answers.
    await connection.request(modelsUnload, { model: "slow", force: true });
    const others = new Set(node.enginePids(pid));
    await load("slow");
    const engine = node.enginePids(pid).find((each) => !others.has(each)) ?? 0;
    expect(engine).toBeGreaterThan(0);
    const waiting = post(node, chatBody("slow", { max_tokens: 3000 }));
    const isAnswering = async () =>
      (await connection.request(modelsList, {})).models.some((each) => each.id === "slow" && each.openRequests === 1);
    expect(await eventually(isAnswering)).toBe(true);
    process.kill(engine, "SIGKILL");
    const { status, json } = await waiting;
    expect(status).toBe(502);
    expect(json.error.code).toBe("engine_crashed");
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });
});

it("never writes prompts, answers or keys into the log", async () => {
  const canary = "CANARY-PROMPT-7f3a";
  await post(node, chatBody("tiny", { messages: [{ role: "user", content: canary }], temperature: 0 }));
  await post(node, `{"model":"tiny","messages":[{"role":"user","content":"${canary}"]}`);
  await post(node, chatBody("tiny", { messages: [{ role: "robot", content: canary }] }));
  expect(node.log).not.toContain(canary);
  expect(node.log).not.toContain(node.key);
  expect(node.log).toContain("request.finished");
});
