import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceleratorsInstall, acceleratorsList, acceleratorsProgress } from "../../contract/rpc/accelerators.ts";
import { modelsLoad } from "../../contract/rpc/models.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { chatBody, post } from "../support/chat-request.ts";
import { type RegistryStandIn, startRegistryStandIn } from "../support/registry-stand-in.ts";
import { TestNode } from "../support/test-node.ts";
import { readVulkanPackage, sayLoudly, whyNoVulkan } from "../support/vulkan-package.ts";

/** The demo model: its answers show that what was computed is right, and software drivers get on with its weights. */
const demo = "mesh-guide-demo";
const missing = whyNoVulkan();
if (missing !== undefined) sayLoudly(`The Vulkan tests are skipped: ${missing}.`);

it("the machine that judges changes can compute with Vulkan", () => {
  if (process.env.CI === "true") expect(missing).toBeUndefined();
});

describe.skipIf(missing !== undefined)("Vulkan, by a software driver, fetched from a stand-in registry", () => {
  let registry: RegistryStandIn;
  let node: TestNode;
  let connection: ControlConnection;

  const rowOf = async (kind: string) =>
    (await connection.request(acceleratorsList, {})).accelerators.find((row) => row.kind === kind);

  beforeAll(async () => {
    registry = await startRegistryStandIn({ "@node-llama-cpp/linux-x64-vulkan": await readVulkanPackage() });
    const configuration = `node: { lingerSeconds: 1 }\ngateway: { port: 0 }\nengine: { registry: "${registry.url}" }\n`;
    node = await TestNode.create({ configuration });
    // Without it the software driver counts as no device.
    node.env.GGML_VK_VISIBLE_DEVICES = "0";
    ({ connection } = await node.attach());
  });
  afterAll(async () => {
    await node.dispose();
    await registry.close();
  });

  it("is offered with its size, and not used, as long as nobody has asked for it", async () => {
    expect(await rowOf("vulkan")).toMatchObject({ state: "available", isChosen: false, downloadBytes: 27_476_121 });
    expect(await rowOf("cpu")).toMatchObject({ state: "included", isChosen: true });
    expect(registry.asked).toEqual([]);
    const { model } = await connection.request(modelsLoad, { model: demo });
    expect(model.device).toBe("cpu");
  });

  it("is fetched with progress, verified, and chosen from then on", async () => {
    const seen: number[] = [];
    const progress = connection.on(acceleratorsProgress, ({ receivedBytes }) => seen.push(receivedBytes));
    await connection.request(acceleratorsInstall, { kind: "vulkan", progressToken: "p" });
    progress.dispose();
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(await rowOf("vulkan")).toMatchObject({ state: "installed", isChosen: true });
  });

  it("computes a model, whose layers it takes", async () => {
    await node.cli("unload", demo);
    const { model } = await connection.request(modelsLoad, { model: demo });
    expect(model.device).toMatch(/^vulkan: llvmpipe/);
    const messages = [{ role: "user", content: "What is this?" }];
    const answer = await post(node, chatBody(demo, { messages, temperature: 0 }));
    expect(answer.status).toBe(200);
    expect(answer.json.choices[0].message.content).toContain("This is Inference Mesh");
  });

  it("can be removed by the command line, which says what is used instead", async () => {
    const { code, stdout } = await node.cli("accelerators", "remove", "vulkan");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\* cpu +included/m);
    expect(stdout).toMatch(/^ {2}vulkan +available .*27 MB to fetch/m);
  });
});

describe.skipIf(missing !== undefined)("a driver without a device behind it", () => {
  it("is told from one that works when a model is loaded, which then runs on the processor", async () => {
    const registry = await startRegistryStandIn({ "@node-llama-cpp/linux-x64-vulkan": await readVulkanPackage() });
    const configuration = `node: { lingerSeconds: 1 }\ngateway: { port: 0 }\nengine: { registry: "${registry.url}" }\n`;
    const node = await TestNode.create({ configuration });
    try {
      const { connection } = await node.attach();
      await connection.request(acceleratorsInstall, { kind: "vulkan" });
      const { model } = await connection.request(modelsLoad, { model: demo });
      expect(model.device).toBe("cpu");
      expect(node.log).toContain("vulkan shows no device");
      expect((await post(node, chatBody(demo, { max_tokens: 3 }))).json.usage.completion_tokens).toBe(3);
    } finally {
      await node.dispose();
      await registry.close();
    }
  });
});
