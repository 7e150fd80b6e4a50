import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { readGgufFileInfo } from "node-llama-cpp";
import { beforeAll, describe, expect, it } from "vitest";
import { makeDemoModel } from "../../../sidecar/demo-model/make-demo-model.ts";
import {
  makeRandomModel,
  type RandomModelOptions,
  writeRandomModel,
} from "../../../sidecar/demo-model/make-random-model.ts";
import { chatMlTemplate } from "../../../sidecar/demo-model/tokenizer-metadata.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What llama.cpp's own reading of the file gives. */
async function inspect(bytes: Uint8Array) {
  const path = folder.join("model.gguf");
  writeFileSync(path, bytes);
  return await readGgufFileInfo(path, { sourceType: "filesystem", logWarnings: false });
}

describe("makeDemoModel", () => {
  let bytes: Buffer;
  beforeAll(() => {
    bytes = makeDemoModel();
  });

  it("makes the same bytes every time", () => {
    expect(sha256(makeDemoModel())).toBe(sha256(bytes));
  });

  it("fits into 3 MB", () => {
    expect(bytes.length).toBeLessThan(3_000_000);
  });

  it("is a readable GGUF of one Llama layer in Q8_0 with a chat template", async () => {
    const { metadata, fullTensorInfo, version } = await inspect(bytes);
    expect(version).toBe(3);
    expect(metadata.general).toMatchObject({ architecture: "llama", name: "Mesh Guide (demo)", file_type: 7 });
    expect(metadata.llama).toMatchObject({ block_count: 1, context_length: 4096, embedding_length: 224 });
    expect(metadata.tokenizer.chat_template).toBe(chatMlTemplate);
    expect(fullTensorInfo?.map(({ name }) => name)).toContain("blk.0.ffn_down.weight");
  });
});

describe("makeRandomModel", () => {
  it("makes about 0.9 M weights in 1.9 MB, the same every time", async () => {
    const bytes = makeRandomModel();
    expect(sha256(makeRandomModel())).toBe(sha256(bytes));
    expect(bytes.length).toBeGreaterThan(1_800_000);
    expect(bytes.length).toBeLessThan(1_950_000);
    const { metadata } = await inspect(bytes);
    expect(metadata.llama).toMatchObject({ block_count: 4, embedding_length: 128, vocab_size: 512 });
  });

  it("makes other weights for another seed", () => {
    for (const type of ["F16", "Q4_0"] as const) {
      const [first, second] = [1, 2].map((seed) => makeRandomModel({ layers: 1, type, seed }));
      expect(first?.length).toBe(second?.length);
      expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
    }
  });

  it("gives every tensor other numbers, also when quantized", () => {
    const bytes = makeRandomModel({ layers: 2, type: "Q8_0" });
    const tail = bytes.subarray(bytes.length - 4096);
    expect(bytes.indexOf(tail.subarray(34, 68))).toBeGreaterThan(bytes.length - 4096);
  });

  it.each([
    { type: "F32", chatTemplate: null, vocabulary: 260 },
    { type: "Q8_0", layers: 1, heads: 8, kvHeads: 8, dimensions: 256, name: "Other" },
    { type: "Q4_0", contextTokens: 64 },
  ] satisfies RandomModelOptions[])("follows the options %o", async (options: RandomModelOptions) => {
    const { metadata } = await inspect(makeRandomModel(options));
    expect(metadata.general.name).toBe(options.name ?? "Tiny random model");
    expect(metadata.tokenizer.chat_template).toBe(options.chatTemplate === null ? undefined : chatMlTemplate);
    expect(metadata.llama).toMatchObject({
      block_count: options.layers ?? 4,
      context_length: options.contextTokens ?? 2048,
      vocab_size: options.vocabulary ?? 512,
    });
  });

  it("can be kept from saying bytes beyond ASCII", () => {
    const options = { layers: 1, dimensions: 64, type: "F32" } as const;
    const silentRows = Buffer.alloc(128 * options.dimensions * 4);
    expect(makeRandomModel(options).includes(silentRows)).toBe(false);
    expect(makeRandomModel({ ...options, saysAsciiOnly: true }).includes(silentRows)).toBe(true);
  });

  it("refuses a vocabulary that cannot hold all bytes", () => {
    expect(() => makeRandomModel({ vocabulary: 200 })).toThrow("no room for all bytes");
  });

  it("writes large models into a file, with the bytes that it would return", () => {
    const options = { layers: 2, dimensions: 512, heads: 8, kvHeads: 8, feedForward: 1024, type: "Q8_0" } as const;
    const path = folder.join("large.gguf");
    writeRandomModel(path, options);
    expect(statSync(path).size).toBeGreaterThan(5_000_000);
    expect(sha256(readFileSync(path))).toBe(sha256(makeRandomModel(options)));
  });
});
