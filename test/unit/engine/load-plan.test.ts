import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeRandomModel } from "../../../sidecar/demo-model/make-random-model.ts";
import { readGgufHeader } from "../../../sidecar/engine/gguf-header.ts";
import { type LoadWishes, parallelOf, planLoad } from "../../../sidecar/engine/load-plan.ts";
import { estimateMemory } from "../../../sidecar/engine/memory-estimate.ts";
import { configurationSchema } from "../../../sidecar/registry/configuration.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const onCpu = { mainBytes: 16e9, gpuBytes: null };

async function plan(
  settings: unknown,
  sizes: { mainBytes: number; gpuBytes: number | null } = onCpu,
  wishes: LoadWishes = {},
) {
  const path = folder.join("m.gguf");
  writeFileSync(path, makeRandomModel({ contextTokens: 65_536 }));
  const subject = { id: "m", path, header: await readGgufHeader(path), wishes };
  return { ...planLoad(subject, configurationSchema.parse(settings), sizes), subject };
}
const forModel = (settings: object): object => ({ models: { settings: { m: settings } } });

describe("a load", () => {
  it("follows the settings for all models where the model has none of its own", async () => {
    const { command, wish } = await plan({ engine: { contextTokens: 1024, parallel: 2, threads: 3, gpu: "vulkan" } });
    expect(command).toMatchObject({ modelId: "m", contextTokens: 1024, parallel: 2, threads: 3 });
    expect(wish).toBe("vulkan");
    expect(command).toMatchObject({ gpuLayers: "auto", flashAttention: "auto", numa: null, loraAdapters: [] });
  });

  it("follows the model's own settings where it has some", async () => {
    const own = {
      contextTokens: 512,
      parallel: 1,
      threads: 5,
      gpuLayers: { max: 8 },
      devices: [1],
      flashAttention: false,
      numa: "distribute",
      loraAdapters: ["/lora/a.gguf", { path: "/lora/b.gguf", scale: 0.5 }],
    };
    const { command, devices, memory } = await plan({ engine: { contextTokens: 1024, threads: 3 }, ...forModel(own) });
    expect(command).toMatchObject({ contextTokens: 512, parallel: 1, threads: 5, gpuLayers: { max: 8 } });
    expect(command).toMatchObject({ flashAttention: false, numa: "distribute" });
    expect(command.loraAdapters).toEqual([
      { path: "/lora/a.gguf", scale: 1 },
      { path: "/lora/b.gguf", scale: 0.5 },
    ]);
    expect(devices).toEqual([1]);
    expect(memory).toEqual({ contextTokens: 512, parallel: 1, flashAttention: false });
  });

  it("never asks for more context than the model was trained for", async () => {
    expect((await plan({ engine: { contextTokens: 1_000_000 } })).command.contextTokens).toBe(65_536);
  });

  it("can be thought through with other wishes", async () => {
    expect((await plan({}, onCpu, { contextTokens: 2048, parallel: 9 })).memory).toMatchObject({
      contextTokens: 2048,
      parallel: 9,
    });
  });

  it("keeps to a budget in main memory by a smaller context", async () => {
    const { memory, subject } = await plan({
      engine: { contextTokens: 65_536 },
      ...forModel({ memoryBudget: "200MB" }),
    });
    expect(memory.contextTokens).toBeLessThan(65_536);
    expect(estimateMemory(subject.header, memory).totalBytes).toBeLessThanOrEqual(200e6);
  });

  it("keeps to a share of one GPU by fewer layers, which the engine chooses", async () => {
    const { command, gpu } = await plan(forModel({ memoryBudget: "50%" }), { mainBytes: 16e9, gpuBytes: 24e9 });
    expect([command.gpuBudgetBytes, gpu?.budgetBytes]).toEqual([12e9, 12e9]);
  });

  it("knows how many requests a model answers at the same time", () => {
    const settings = configurationSchema.parse({ engine: { parallel: 3 }, ...forModel({ parallel: 7 }) });
    expect([parallelOf("m", settings), parallelOf("other", settings), parallelOf("toString", settings)]).toEqual([
      7, 3, 3,
    ]);
  });
});
