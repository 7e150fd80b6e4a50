import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { chmod, type FileHandle, mkdir, open, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readGgufFileInfo } from "node-llama-cpp";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type GgufHeader, readGgufHeader } from "../../../sidecar/engine/gguf-header.ts";
import { type GgufFileSpec, ggufBytes, ggufValue as v } from "../../support/gguf-bytes.ts";

const directory = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "gguf-header-"));
const path = join(directory, "model.gguf");
const windowBytes = 256 * 1024;

afterEach(() => {
  vi.restoreAllMocks();
  expect(openHandles()).toEqual([]);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Files of this test that the process still holds open; empty where the system does not tell. */
function openHandles(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      return []; // The descriptor of the listing itself is closed by now.
    }
  });
}

async function read(content: GgufFileSpec | Buffer): Promise<GgufHeader> {
  await writeFile(path, Buffer.isBuffer(content) ? content : ggufBytes(content));
  return readGgufHeader(path);
}

/** What the reader says against a file, or fails when it takes it. Anything but a MeshError fails too. */
async function refusal(reading: Promise<GgufHeader>): Promise<MeshError> {
  const result: unknown = await reading.catch((error: unknown) => error);
  if (result instanceof MeshError) return result;
  throw new Error("expected a MeshError", { cause: result });
}

async function problemOf(content: GgufFileSpec | Buffer): Promise<string> {
  const error = await refusal(read(content));
  expect(error.code).toBe("model_file_corrupt");
  expect(error.params).toMatchObject({ path, problem: expect.any(String) });
  return error.message;
}

async function fileHandlePrototype(): Promise<FileHandle> {
  await using handle = await open(directory);
  return Object.getPrototypeOf(handle);
}

/** Counts bytes through FileHandle.read, each call capped at `maxBytes` to provoke short reads. */
async function countReads(maxBytes = Number.POSITIVE_INFINITY): Promise<{ bytes: number }> {
  const prototype = await fileHandlePrototype();
  const original: (buffer: Buffer, offset: number, length: number, position: number) => ReturnType<FileHandle["read"]> =
    prototype.read;
  const total = { bytes: 0 };
  const counted = async function (
    this: FileHandle,
    ...[buffer, offset, length, position]: Parameters<typeof original>
  ) {
    const result = await original.call(this, buffer, offset, Math.min(length, maxBytes), position);
    total.bytes += result.bytesRead;
    return result;
  };
  vi.spyOn(prototype, "read").mockImplementation(counted as FileHandle["read"]);
  return total;
}

/** Largest buffer asked for while `work` runs, bytes. */
async function largestAllocation(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(Buffer, "allocUnsafe");
  await work();
  const largest = Math.max(0, ...spy.mock.calls.map(([size]) => size));
  spy.mockRestore();
  return largest;
}

const f32 = 0;
const sample: GgufFileSpec = {
  metadata: [
    ["general.architecture", v.string("llama")],
    ["general.name", v.string("Größe ☃")],
    ["general.file_type", v.u32(15)],
    ["llama.context_length", v.u32(4096)],
    ["llama.block_count", v.u64(2n)],
    ["llama.embedding_length", v.u32(64)],
    ["llama.feed_forward_length", v.u32(128)],
    ["llama.attention.head_count", v.u32(4)],
    ["llama.attention.head_count_kv", v.i32(2)],
    ["tokenizer.chat_template", v.string("{{ messages }}")],
    ["tokenizer.ggml.tokens", v.array(8, ["a", "b", "<s>"].map(v.string))],
    ["tokenizer.ggml.scores", v.array(6, [0, 1, 2].map(v.f32))],
    ["x.u8", v.u8(255)],
    ["x.i8", v.i8(-128)],
    ["x.u16", v.u16(65535)],
    ["x.i16", v.i16(-32768)],
    ["x.i32", v.i32(-2147483648)],
    ["x.f32", v.f32(0.5)],
    ["x.f64", v.f64(0.1)],
    ["x.true", v.bool(true)],
    ["x.false", v.bool(false)],
    ["x.u64", v.u64(2n ** 64n - 1n)],
    ["x.i64", v.i64(-(2n ** 63n))],
    ["x.nested", v.array(9, [v.array(8, [v.string("deep")]), v.array(0, [])])],
  ],
  tensors: [
    { name: "token_embd.weight", dimensions: [64, 3], type: f32, offset: 0 },
    { name: "blk.0.attn_q.weight", dimensions: [64, 2, 2, 2], type: 8, offset: 768 },
    { name: "scalar", dimensions: [], type: f32, offset: 1312 },
  ],
  dataBytes: 1316,
};
const sampleBytes = ggufBytes(sample);

describe("a good file", () => {
  it("is described with every value type", async () => {
    const header = await read(sample);
    expect(header).toMatchObject({
      version: 3,
      architecture: "llama",
      name: "Größe ☃",
      chatTemplate: "{{ messages }}",
    });
    expect(header).toMatchObject({ contextTokens: 4096, layers: 2, embeddingLength: 64, feedForwardLength: 128 });
    expect(header).toMatchObject({ headCount: 4, headCountKv: 2, keyLength: undefined, vocabularySize: 3 });
    expect(header).toMatchObject({ fileTypeName: "Q4_K_M", tensorCount: 3, parameterCount: 192 + 512 + 1 });
    expect(header).toMatchObject({ sizeBytes: sampleBytes.length, requiredBytes: sampleBytes.length });
    const own = [...header.metadata].filter(([key]) => key.startsWith("x."));
    expect(Object.fromEntries(own)).toEqual({
      ...{ "x.u8": 255, "x.i8": -128, "x.u16": 65535, "x.i16": -32768, "x.i32": -2147483648 },
      ...{ "x.f32": 0.5, "x.f64": 0.1, "x.true": true, "x.false": false },
      ...{ "x.u64": 2n ** 64n - 1n, "x.i64": -(2n ** 63n) },
    });
    expect(header.metadata.has("tokenizer.ggml.tokens")).toBe(false);
  });

  it("agrees with node-llama-cpp's own reader", async () => {
    const header = await read({ ...sample, metadata: sample.metadata?.filter(([key]) => key !== "x.nested") ?? [] });
    const other = await readGgufFileInfo(path, { logWarnings: false });
    const elements = other.fullTensorInfo?.map((tensor) =>
      tensor.dimensions.reduce<number>((a, b) => a * Number(b), 1),
    );
    expect(header.version).toBe(other.version);
    expect(header.tensorCount).toBe(other.tensorCount);
    expect(header.parameterCount).toBe(elements?.reduce((a, b) => a + b));
    expect(header.requiredBytes).toBe(Number(other.fullTensorInfo?.at(-1)?.fileOffset) + 4);
    const nested: Record<string, unknown> = { ...other.metadata };
    for (const [key, value] of header.metadata) {
      const theirs = key.split(".").reduce<unknown>((node, part) => Object(node)[part], nested);
      // Theirs keeps every 64-bit integer a bigint.
      expect(typeof value === "number" ? Number(theirs) : theirs, key).toEqual(value);
    }
  });

  it.each<[string, number, number, number]>([
    ["F16", 1, 256, 512],
    ["Q4_0", 2, 256, 8 * (2 + 16)],
    ["Q8_0", 8, 256, 8 * (2 + 32)],
    ["Q4_K", 12, 256, 4 + 12 + 128],
    ["Q6_K", 14, 256, 128 + 64 + 16 + 2],
    ["BF16", 30, 256, 512],
    ["MXFP4", 39, 256, 8 * (1 + 16)],
    ["a removed type", 4, 256, 0],
    ["a future type", 4_000_000_000, 100, 0],
  ])("counts the bytes of %s", async (_name, type, elements, bytes) => {
    const header = await read({ tensors: [{ name: "t", dimensions: [elements], type }], dataBytes: 512 });
    expect(header.requiredBytes).toBe(header.sizeBytes - 512 + bytes);
    expect(header.parameterCount).toBe(elements);
  });

  it("may be version 2, have no tensors, no metadata, its own alignment, overlapping tensors", async () => {
    expect(await read({ version: 2 })).toMatchObject({ version: 2, architecture: undefined, requiredBytes: 24 });
    const tensors = [
      { name: "a", dimensions: [4], offset: 0 },
      { name: "b", dimensions: [4], offset: 8 },
      { name: "empty", dimensions: [4, 0], offset: 8 },
    ];
    const header = await read({ metadata: [["general.alignment", v.u32(8)]], tensors, alignment: 8, dataBytes: 24 });
    expect(header).toMatchObject({ requiredBytes: header.sizeBytes, parameterCount: 8 });
  });

  it("leaves undefined what has another type than it should", async () => {
    const metadata: GgufFileSpec["metadata"] = [
      ["general.architecture", v.u32(1)],
      ["undefined.context_length", v.u32(1)],
      ["general.file_type", v.u32(9999)],
      ["general.name", v.string(Buffer.from([0x61, 0xff, 0x62]))],
    ];
    const header = await read({ metadata });
    expect(header).toMatchObject({ architecture: undefined, contextTokens: undefined, fileTypeName: undefined });
    expect(header.name).toBe("a\uFFFDb");
    expect((await read({ metadata: [["general.file_type", v.u32(1024 + 7)]] })).fileTypeName).toBe("Q8_0");
  });

  it("is read alike when the system returns a few bytes at a time", async () => {
    const whole = await read(sample);
    await countReads(7);
    expect(await readGgufHeader(path)).toEqual(whole);
  });

  it("costs one window and only its own bytes with a vocabulary of 200 000 tokens and a big chat template", async () => {
    const tokens = Array.from({ length: 200_000 }, (_, index) => v.string(`t${index}`));
    const tokenBytes = tokens.reduce((sum, token) => sum + token.bytes.length, 0);
    const scores = v.array(6, [{ type: 6, bytes: Buffer.alloc(800_000) }], 200_000);
    const template = "☃".repeat(200_000);
    await writeFile(
      path,
      ggufBytes({
        metadata: [
          ["tokenizer.ggml.tokens", v.array(8, tokens)],
          ["tokenizer.ggml.scores", scores],
          ["tokenizer.chat_template", v.string(template)],
        ],
        tensors: [{ name: "t", dimensions: [256 * 1024 * 1024], type: 24 }],
      }),
    );
    await truncate(path, 300 * 1024 * 1024);
    const total = await countReads();
    let header: GgufHeader | undefined;
    const largest = await largestAllocation(async () => {
      header = await readGgufHeader(path);
    });
    expect(header).toMatchObject({ vocabularySize: 200_000, parameterCount: 256 * 1024 * 1024 });
    expect(header?.chatTemplate === template).toBe(true);
    expect(largest).toBe(600_000);
    expect(total.bytes).toBeLessThan(tokenBytes + 600_000 + 3 * windowBytes);
  });
});

describe("a file that is no regular GGUF file", () => {
  it.each<[string, string]>([
    ["an empty file", ""],
    ["the beginning of the magic", "GGU"],
    ["a web page", "<!DOCTYPE html><html><body>404 Not Found</body></html>"],
    ["another format", "ggml\u0003\0\0\0"],
  ])("%s is not GGUF", async (_name, content) => {
    const error = await refusal(read(Buffer.from(content)));
    expect([error.code, error.params]).toEqual(["model_file_not_gguf", { path }]);
  });

  it("is missing, or its folder is a file, or its link points nowhere", async () => {
    await writeFile(path, "x");
    await symlink("nowhere", join(directory, "dangling"));
    for (const missing of [
      join(directory, "missing.gguf"),
      join(path, "child.gguf"),
      join(directory, "dangling"),
      "",
    ]) {
      const error = await refusal(readGgufHeader(missing));
      expect([error.code, error.params]).toEqual(["model_file_missing", { path: missing }]);
    }
  });

  it("is a directory, a device, a circle of links or an impossible path", async () => {
    const loop = join(directory, "loop");
    await symlink("loop", loop);
    await mkdir(join(directory, "folder.gguf"));
    const unreadable = async (name: string) => (await refusal(readGgufHeader(name))).toWire();
    const answer = (name: string, reason: string) => ({
      code: "model_file_unreadable",
      params: { path: name, reason },
    });
    expect(await unreadable(directory)).toEqual(answer(directory, "EISDIR"));
    expect(await unreadable(loop)).toEqual(answer(loop, "ELOOP"));
    expect(await unreadable("a\0b")).toEqual(answer("a\0b", "ERR_INVALID_ARG_VALUE"));
    if (process.platform !== "win32") {
      expect(await unreadable("/dev/zero")).toEqual(answer("/dev/zero", "not a regular file"));
    }
  });

  it.skipIf(process.platform === "win32")("is a FIFO without a writer, and does not hang", async () => {
    const fifo = join(directory, "fifo.gguf");
    execFileSync("mkfifo", [fifo]);
    const error = await refusal(readGgufHeader(fifo));
    expect(error.toWire()).toEqual({
      code: "model_file_unreadable",
      params: { path: fifo, reason: "not a regular file" },
    });
  });

  // The superuser may read everything.
  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")("may not be read", async () => {
    const secret = join(directory, "secret.gguf");
    await writeFile(secret, sampleBytes);
    await chmod(secret, 0o000);
    expect((await refusal(readGgufHeader(secret))).params).toEqual({ path: secret, reason: "EACCES" });
  });

  it("is reached through a symbolic link as well", async () => {
    await writeFile(path, sampleBytes);
    await symlink(path, join(directory, "link.gguf"));
    expect((await readGgufHeader(join(directory, "link.gguf"))).tensorCount).toBe(3);
  });
});

describe("a file that ends too early", () => {
  it.each<[string, Buffer]>([
    ["with tensors", sampleBytes],
    ["without tensors", ggufBytes({ metadata: sample.metadata ?? [] })],
  ])("is truncated at every length (%s)", async (_name, bytes) => {
    for (let length = 4; length < bytes.length; length += 1) {
      const error = await refusal(read(bytes.subarray(0, length)));
      expect([length, error.code]).toEqual([length, "model_file_truncated"]);
      const { expectedBytes } = error.params as { expectedBytes: number };
      expect(error.params).toEqual({ path, sizeBytes: length, expectedBytes });
      expect(expectedBytes).toBeGreaterThan(length);
      expect(expectedBytes).toBeLessThanOrEqual(bytes.length);
    }
  });

  it("names all the bytes that the tensors need", async () => {
    const error = await refusal(read(sampleBytes.subarray(0, sampleBytes.length - 1300)));
    expect(error.params).toMatchObject({ expectedBytes: sampleBytes.length });
  });

  it("is truncated too when it shrinks while it is read", async () => {
    await writeFile(path, sampleBytes);
    await countReads(0);
    const error = await refusal(readGgufHeader(path));
    expect([error.code, error.params]).toEqual(["model_file_truncated", { path, sizeBytes: 0, expectedBytes: 4 }]);
  });

  it("stops when its signal aborts, and says why when the disk fails", async () => {
    await writeFile(path, sampleBytes);
    const error = await refusal(readGgufHeader(path, { signal: AbortSignal.abort() }));
    expect(error.code).toBe("cancelled");
    const failure = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    vi.spyOn(await fileHandlePrototype(), "read").mockRejectedValue(failure);
    expect((await refusal(readGgufHeader(path))).params).toEqual({ path, reason: "EIO" });
  });
});

describe("a damaged or hostile header", () => {
  const big = 2n ** 63n;
  const tensor = (part: object): GgufFileSpec => ({
    tensors: [{ name: "t", dimensions: [4], ...part }],
    dataBytes: 4096,
  });
  const alignment = (value: ReturnType<typeof v.u32>): GgufFileSpec => ({ metadata: [["general.alignment", value]] });
  const value = (bytes: ReturnType<typeof v.u32>): GgufFileSpec => ({ metadata: [["k", bytes]] });
  const deep = v.array(9, [v.array(9, [v.array(0, [])])]);

  it.each<[string, GgufFileSpec, RegExp]>([
    ["version 0", { version: 0 }, /version 0 is not known/],
    ["version 1", { version: 1 }, /version 1 is not supported/],
    ["version 4", { version: 4 }, /version 4 is not known/],
    ["big-endian", { version: 0x0300_0000 }, /big-endian/],
    ["2^63 entries", { claimedEntries: big }, /number of metadata entries is impossibly large/],
    ["100 001 entries", { claimedEntries: 100_001n }, /more than 100000/],
    ["2^63 tensors", { claimedTensors: big }, /number of tensors is impossibly large/],
    ["1 000 001 tensors", { claimedTensors: 1_000_001n }, /more than 1000000/],
    [
      "a repeated key",
      {
        metadata: [
          ["k", v.u8(1)],
          ["k", v.array(0, [])],
        ],
      },
      /repeats a key/,
    ],
    ["a long key", { metadata: [["k".repeat(65_536), v.u8(1)]] }, /longer than 65535/],
    ["an unknown type", value({ type: 13, bytes: Buffer.alloc(64) }), /type 13 does not exist/],
    ["an unknown element type", value(v.array(13, [], 1)), /element type 13/],
    ["a strange boolean", value({ type: 7, bytes: Buffer.from([2]) }), /boolean/],
    ["a string of 2^63 bytes", value({ type: 8, bytes: v.u64(big).bytes }), /string length is impossibly/],
    [
      "a string of 16 MiB + 1",
      value({ type: 8, bytes: v.u64(16n * 1024n ** 2n + 1n).bytes }),
      /is longer than 16777216/,
    ],
    ["an array of 2^63", value(v.array(0, [], big)), /array length is impossibly large/],
    ["an array of 2^52 doubles", value(v.array(12, [], 2 ** 52)), /larger than 512 MiB/],
    ["an array of 2^52 strings", value(v.array(8, [], 2 ** 52)), /larger than 512 MiB/],
    ["an array of 2^52 arrays", value(v.array(9, [], 2 ** 52)), /larger than 512 MiB/],
    ["arrays three deep", value(deep), /nested more than 2/],
    ["alignment 0", alignment(v.u32(0)), /power of two/],
    ["alignment 24", alignment(v.u32(24)), /power of two/],
    ["alignment as a string", alignment(v.string("32")), /not a u32/],
    ["alignment as an array", alignment(v.array(4, [v.u32(32)])), /not a u32/],
    ["a long tensor name", tensor({ name: "n".repeat(65) }), /name of tensor 0 is too long/],
    ["five dimensions", tensor({ dimensions: [1, 1, 1, 1, 1] }), /has 5 dimensions/],
    ["a dimension of 2^63", tensor({ dimensions: [big] }), /dimension of tensor 0 is impossibly large/],
    ["an overflowing product", tensor({ dimensions: [2 ** 32, 2 ** 32] }), /tensor 0 is impossibly large/],
    ["a product that wraps to 0 in 64 bits", tensor({ dimensions: [2 ** 32, 2 ** 32, 2 ** 32] }), /impossibly large/],
    ["overflowing bytes", tensor({ dimensions: [2 ** 52], type: 28 }), /tensors are impossibly large/],
    ["an offset of 2^63", tensor({ offset: big }), /offset of tensor 0 is impossibly large/],
    ["an unaligned offset", tensor({ offset: 4 }), /not aligned/],
    ["broken blocks", tensor({ dimensions: [40], type: 2 }), /whole Q4_0 blocks/],
  ])("%s is refused in words, without allocation", async (_name, spec, problem) => {
    let message = "";
    const largest = await largestAllocation(async () => {
      message = await problemOf(spec);
    });
    expect(message).toMatch(problem);
    expect(largest).toBeLessThanOrEqual(windowBytes);
  });

  // The least bytes: what each entry, string or array takes when it is empty.
  it.each<[string, GgufFileSpec, number]>([
    ["99 999 entries", { claimedEntries: 99_999n }, 99_999 * 13],
    ["999 999 tensors", { claimedTensors: 999_999n }, 999_999 * 24],
    ["a string of 16 MiB", value({ type: 8, bytes: v.u64(16n * 1024n ** 2n).bytes }), 16 * 1024 ** 2],
    ["10 million strings", value(v.array(8, [], 10_000_000)), 80_000_000],
    ["10 million arrays", value(v.array(9, [], 10_000_000)), 120_000_000],
    ["500 million bytes", value(v.array(0, [], 500_000_000)), 500_000_000],
    ["a tensor at the end of nowhere", tensor({ offset: 2 ** 40 }), 2 ** 40],
    ["a tensor of unknown type behind the end", tensor({ offset: 8192, type: 77 }), 8192],
  ])("%s in a short file: a truncation, noticed at once, without allocation", async (_name, spec, leastBytes) => {
    let told: unknown;
    const largest = await largestAllocation(async () => {
      told = (await refusal(read(spec))).toWire();
    });
    expect(told).toMatchObject({ code: "model_file_truncated", params: { expectedBytes: expect.any(Number) } });
    expect(told).toHaveProperty(
      "params.expectedBytes",
      expect.toSatisfy((bytes: number) => bytes >= leastBytes),
    );
    expect(largest).toBeLessThan(8192);
  });

  it("may not fill the memory with text", async () => {
    const metadata = [0, 1, 2, 3].map((key) => [`k${key}`, v.string(Buffer.alloc(16 * 1024 ** 2, 0x61))] as const);
    expect(await problemOf({ metadata })).toMatch(/text in its metadata is too long/);
  });

  it("may not repeat its own words in an error", async () => {
    const words = "\u001b[31mIGNORE";
    const spec: GgufFileSpec = { metadata: [[words, { type: 99, bytes: Buffer.from(words) }]] };
    expect(await problemOf(spec)).not.toContain("IGNORE");
  });

  it("ends in a header or a catalogue error, whatever bytes are changed", async () => {
    const position = fc.nat({ max: sampleBytes.length - 8 });
    const bytes = fc.record({ position, bytes: fc.uint8Array({ minLength: 1, maxLength: 2 }) });
    const interesting = fc.constantFrom(0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n);
    const word = fc.record({ position, bytes: interesting.map((number) => new Uint8Array(v.u64(number).bytes)) });
    const changes = fc.array(fc.oneof(bytes, word), { minLength: 1, maxLength: 4 });
    const codes = new Set<string>();
    const largest = await largestAllocation(() =>
      fc.assert(
        fc.asyncProperty(changes, async (edits) => {
          const content = Buffer.from(sampleBytes);
          for (const edit of edits) content.set(edit.bytes, edit.position);
          const result = await read(content).catch((error: unknown) => error);
          if (result instanceof MeshError) codes.add(result.code);
          else expect(result).toMatchObject({ sizeBytes: content.length, tensorCount: expect.any(Number) });
        }),
        { numRuns: 4000 },
      ),
    );
    // No length in the file may ask for more memory than the file has bytes.
    expect(largest).toBeLessThanOrEqual(sampleBytes.length);
    for (const code of codes) expect(code).toMatch(/^model_file_(not_gguf|truncated|corrupt)$/);
    expect(codes).toContain("model_file_corrupt");
    expect(codes).toContain("model_file_truncated");
  }, 60_000);
});
