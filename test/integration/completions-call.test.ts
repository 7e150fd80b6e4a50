import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { completionsComplete } from "../../contract/rpc/completions.ts";
import { modelsList, modelsLoad, modelsUnload } from "../../contract/rpc/models.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { EngineUnderTest } from "../support/engine-under-test.ts";
import { eventually, TestNode } from "../support/test-node.ts";

let node: TestNode;
let connection: ControlConnection;
beforeAll(async () => {
  const { tiny, filler } = inject("models");
  node = await TestNode.create({ models: [tiny, filler] });
  ({ connection } = await node.attach());
});
afterAll(() => node.dispose());

const gap = { prefix: "the quick ", suffix: " fox", maxTokens: 8, stop: [], deadlineMs: 30_000 };
const complete = (model: string | null, more: object = {}) =>
  connection.request(completionsComplete, { model, ...gap, ...more });
const stateOf = async (id: string) =>
  (await connection.request(modelsList, {})).models.find((each) => each.id === id)?.state;

describe("a text for a gap over the control connection", () => {
  it("loads no model, named or not", async () => {
    await connection.request(modelsLoad, { model: "tiny" });
    await expect(complete(null)).rejects.toMatchObject({ code: "no_infill_model" });
    await expect(complete("filler")).rejects.toMatchObject({ code: "no_place" });
    expect(await stateOf("filler")).toBe("available");
    await connection.request(modelsUnload, { model: "tiny", force: false });
  });

  it("comes from the loaded model that fills gaps", async () => {
    await Promise.all(["tiny", "filler"].map((model) => connection.request(modelsLoad, { model })));
    const answer = await complete(null);
    expect(answer).toMatchObject({ backend: "local-engine", model: "filler", finishReason: "length" });
    expect(answer.text).not.toBe("");
    expect(answer.usage?.completion_tokens).toBe(8);
    expect((await complete("filler")).text).toBe(answer.text);
    await expect(complete("tiny")).rejects.toMatchObject({ code: "not_supported_by_model" });
  });

  it("is nothing after a deadline that no model can keep", async () => {
    expect(await complete(null, { deadlineMs: 1, prefix: "word ".repeat(300) })).toMatchObject({
      text: "",
      finishReason: "deadline",
    });
  });

  it("ends at a stop text", async () => {
    const { text } = await complete(null);
    const stop = text.slice(3, 5);
    expect(await complete(null, { stop: [stop] })).toMatchObject({
      text: text.slice(0, text.indexOf(stop)),
      finishReason: "stop",
    });
  });
});

describe("somebody who types on", () => {
  it("stops the model in the middle of a text", async () => {
    const engine = await EngineUnderTest.start({ model: inject("models").filler, parallel: 1, contextTokens: 2048 });
    const spent = await engine.statsOf(async () => {
      const sent = engine.send({ prompt: "the quick ", suffix: " fox", max_tokens: 1900 }, "/v1/completions");
      sent.on("error", () => undefined);
      expect(await eventually(async () => (await engine.stats()).decodeSteps > 0)).toBe(true);
      sent.destroy();
      expect(await eventually(async () => (await engine.stats()).busySequences === 0)).toBe(true);
    });
    expect(spent.generatedTokens).toBeGreaterThan(0);
    expect(spent.generatedTokens).toBeLessThan(1900);
    expect(spent.decodeSteps).toBeLessThan(1900);
    await engine.dispose();
  });
});
