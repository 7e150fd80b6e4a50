import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, inject, it } from "vitest";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { modelsEstimate, modelsList, modelsLoad } from "../../contract/rpc/models.ts";
import { chatBody, post } from "../support/chat-request.ts";
import { makeLoraAdapter } from "../support/make-lora-adapter.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";
import { eventually, TestNode } from "../support/test-node.ts";

const folder = useTemporaryFolder();
let node: TestNode;
afterEach(() => node.dispose());

async function start(engine: string, models = "{}") {
  const { tiny, slow } = inject("models");
  const base = "node: { lingerSeconds: 0.3 }\ngateway: { port: 0 }\n";
  const configuration = `${base}engine: ${engine}\nmodels: { settings: ${models} }\n`;
  node = await TestNode.create({ models: [tiny, slow], configuration });
  const { connection } = await node.attach();
  const load = async (model: string) => (await connection.request(modelsLoad, { model })).model;
  const summary = async (id: string): Promise<ModelSummary | undefined> =>
    (await connection.request(modelsList, {})).models.find((each) => each.id === id);
  const estimate = async (model: string, wishes = {}) =>
    (await connection.request(modelsEstimate, { model, ...wishes })).estimate;
  const { pid } = await node.status();
  return { connection, load, summary, estimate, engines: () => node.enginePids(pid).length };
}

async function errorOf(call: Promise<unknown>): Promise<MeshError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MeshError)) throw new Error("expected a MeshError", { cause: error });
  return error;
}

/** Loaded, `slow` takes about 430 MB and `tiny` about 140 MB: this is enough for either. */
const roomForOne = "{ memoryLimit: 500MB }";

describe("a model that nobody asks", () => {
  it("says until when it stays, and is unloaded then", async () => {
    const { load, summary, engines } = await start("{ idleUnloadMinutes: 0.02 }");
    expect(Date.parse((await load("tiny")).unloadsAt ?? "")).toBeGreaterThan(Date.now());
    expect(await eventually(async () => (await summary("tiny"))?.state === "available")).toBe(true);
    expect(await eventually(() => engines() === 0)).toBe(true);
    expect(await summary("tiny")).toMatchObject({ unloadsAt: null, memoryBytes: null, problem: null });
    expect(node.log).toContain('"reason":"idle"');
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });

  it("stays while a request is open, however long that takes", async () => {
    const { summary } = await start("{ idleUnloadMinutes: 0.002 }");
    const answer = post(node, chatBody("slow", { max_tokens: 800 }));
    expect(await eventually(async () => (await summary("slow"))?.openRequests === 1)).toBe(true);
    expect((await summary("slow"))?.unloadsAt).toBeNull();
    expect((await answer).json.usage.completion_tokens).toBe(800);
    expect(await eventually(async () => (await summary("slow"))?.state === "available")).toBe(true);
  });
});

describe("under a memory limit", () => {
  it("a model takes the place of the one that was unused for longest", async () => {
    const { load, summary, engines } = await start(roomForOne);
    await load("tiny");
    await load("slow");
    expect((await summary("tiny"))?.state).toBe("available");
    expect(engines()).toBe(1);
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
    expect((await summary("slow"))?.state).toBe("available");
  });

  it("a model in use is never evicted: the other is refused with the numbers, and the answer goes on", async () => {
    const { load, summary } = await start(roomForOne);
    await load("slow");
    const open = post(node, chatBody("slow", { max_tokens: 600 }));
    expect(await eventually(async () => (await summary("slow"))?.openRequests === 1)).toBe(true);
    const { status, json } = await post(node, chatBody("tiny"));
    expect([status, json.error.code, json.error.params.inUse]).toEqual([507, "model_too_large", ["slow"]]);
    expect((await open).json.usage.completion_tokens).toBe(600);
    expect((await post(node, chatBody("tiny"))).status).toBe(200);
  });

  it("two that are asked for at once do not both take the same room", async () => {
    const { load, engines } = await start(roomForOne);
    const outcomes = await Promise.allSettled([load("slow"), load("tiny")]);
    expect(outcomes.map((each) => each.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(engines()).toBe(1);
    // Once the first is there and nobody asks it, whoever was refused finds its place.
    expect([(await load("tiny")).state, (await load("slow")).state]).toEqual(["loaded", "loaded"]);
  });
});

describe("before a load", () => {
  it("a context that does not fit is refused with the largest that does, and no engine is started", async () => {
    const { load, estimate, engines } = await start("{ memoryLimit: 300MB }");
    const refused = await errorOf(load("slow"));
    expect(refused.code).toBe("context_too_large");
    expect(engines()).toBe(0);
    const found = await estimate("slow");
    expect(found).toMatchObject({ verdict: "tooLarge", contextTokens: 4096, parallel: 4 });
    const contextTokens = found.largestContextTokens ?? 0;
    expect(refused.params).toMatchObject({ fittingContextTokens: contextTokens, parallel: 4, inUse: [] });
    expect((await estimate("slow", { contextTokens })).verdict).toBe("fits");
    expect((await estimate("slow", { contextTokens: contextTokens + 256 })).verdict).toBe("tooLarge");
    expect((await estimate("slow", { parallel: 1 })).verdict).toBe("fits");
  });

  it("a model's own settings hold: a context that fits is loaded, in as many conversations as it says", async () => {
    const { load } = await start(
      "{ memoryLimit: 300MB }",
      "{ slow: { contextTokens: 1024, parallel: 2, threads: 1 } }",
    );
    expect(await load("slow")).toMatchObject({ state: "loaded", contextTokens: 1024 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(node, chatBody("slow"))));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
  });

  it("nothing is refused where the check is off", async () => {
    const { load } = await start("{ checkFit: false }");
    expect((await load("slow")).state).toBe("loaded");
  });
});

describe.each(["tiny", "slow"])("the estimate for %s", (model) => {
  it("agrees with what the process holds", async () => {
    const { load, summary, estimate } = await start("{}");
    const { totalBytes } = await estimate(model);
    await load(model);
    expect((await post(node, chatBody(model))).status).toBe(200);
    expect(await eventually(async () => ((await summary(model))?.memoryBytes ?? 0) > 0)).toBe(true);
    const held = (await summary(model))?.memoryBytes ?? 0;
    expect(held / totalBytes).toBeGreaterThan(0.7);
    expect(held / totalBytes).toBeLessThan(1.1);
  });
});

describe("a model's own settings", () => {
  it("reach the engine: without flash attention, over all memory controllers, and within a budget", async () => {
    const own = "{ flashAttention: false, numa: distribute, gpuLayers: { max: 4 }, devices: [0], memoryBudget: 250MB }";
    const { load, estimate } = await start("{}", `{ slow: ${own} }`);
    const { contextTokens, totalBytes } = await estimate("slow");
    expect(totalBytes).toBeLessThanOrEqual(250e6);
    expect(contextTokens).toBeLessThan(4096);
    expect(await load("slow")).toMatchObject({ state: "loaded", contextTokens });
    expect((await post(node, chatBody("slow"))).status).toBe(200);
  });

  it("may name an adapter, which changes what the model says", async () => {
    const path = folder.join("adapter.gguf");
    writeFileSync(path, makeLoraAdapter());
    const answer = async (): Promise<string> =>
      (await post(node, chatBody("tiny", { max_tokens: 24 }))).json.choices[0].message.content;
    await start("{}");
    const plain = await answer();
    await node.dispose();
    await start("{}", `{ tiny: { loraAdapters: ["${path}"] } }`);
    expect(await answer()).not.toBe(plain);
    await node.dispose();
    await start("{}", `{ tiny: { loraAdapters: [{ path: "${path}", scale: 0 }] } }`);
    expect(await answer()).toBe(plain);
  });

  it("may name an adapter that is missing: the load fails, and says so", async () => {
    const { load, engines } = await start("{}", "{ tiny: { loraAdapters: [/nowhere/adapter.gguf] } }");
    expect((await errorOf(load("tiny"))).code).toBe("model_load_failed");
    expect(await eventually(() => engines() === 0)).toBe(true);
  });
});
