import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { modelsDelete, modelsImport, modelsList, modelsLoad } from "../../contract/rpc/models.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { putOllamaModel } from "../support/other-programs.ts";
import { TestNode } from "../support/test-node.ts";

let node: TestNode;
let connection: ControlConnection;
const tiny = () => readFileSync(inject("models").tiny);
const inModels = (name: string): string => join(node.folders.models, name);

beforeEach(async () => {
  node = await TestNode.create({ models: [inject("models").tiny] });
  ({ connection } = await node.attach());
});
afterEach(() => node.dispose());

const models = async (): Promise<ModelSummary[]> => (await connection.request(modelsList, {})).models;
const ids = async (): Promise<string[]> => (await models()).map(({ id }) => id);
const remove = (model: string, force = false) => connection.request(modelsDelete, { model, force });

describe("deleting a model", () => {
  it("removes its files, all parts, and says what that freed", async () => {
    for (const index of [1, 2]) writeFileSync(inModels(`big-0000${index}-of-00002.gguf`), tiny());
    expect(await ids()).toContain("big");
    expect(await remove("big")).toMatchObject({ model: { id: "big" }, freedBytes: tiny().length * 2 });
    expect(await ids()).not.toContain("big");
    expect(readdirSync(node.folders.models)).toEqual(["tiny.gguf"]);
  });

  it("is refused while it is loaded, unless forced", async () => {
    await connection.request(modelsLoad, { model: "tiny" });
    await expect(remove("tiny")).rejects.toMatchObject({ code: "model_loaded" });
    expect(existsSync(inModels("tiny.gguf"))).toBe(true);
    await remove("tiny", true);
    expect(existsSync(inModels("tiny.gguf"))).toBe(false);
    expect(node.enginePids(node.pid)).toEqual([]);
  });

  it("leaves alone what is not ours: links lose the link, added files are forgotten, others are refused", async () => {
    const elsewhere = join(node.home, "elsewhere.gguf");
    copyFileSync(inject("models").tiny, elsewhere);
    symlinkSync(elsewhere, inModels("linked.gguf"));
    expect(await remove("linked")).toMatchObject({ freedBytes: 0 });
    expect(existsSync(inModels("linked.gguf"))).toBe(false);

    await connection.request(modelsLoad, { model: elsewhere });
    expect(await remove("elsewhere")).toMatchObject({ freedBytes: 0 });
    expect(await ids()).not.toContain("elsewhere");

    linkSync(elsewhere, inModels("twice.gguf"));
    expect(await remove("twice")).toMatchObject({ freedBytes: 0 });

    const blob = putOllamaModel(join(node.home, "ollama"), "registry.ollama.ai/library/tiny/latest", tiny());
    await expect(remove("tiny:latest")).rejects.toMatchObject({ code: "model_kept_elsewhere" });
    await expect(remove("mesh-guide-demo", true)).rejects.toMatchObject({ code: "model_kept_elsewhere" });
    await expect(remove("none")).rejects.toMatchObject({ code: "unknown_model" });
    expect(existsSync(elsewhere) && existsSync(blob)).toBe(true);
  });

  it("takes a word of consent on the command line", async () => {
    const asked = await node.cli("rm", "tiny");
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("--yes");
    expect(existsSync(inModels("tiny.gguf"))).toBe(true);
    expect((await node.cli("rm", "tiny", "--yes")).stdout).toMatch(/^Deleted, .* freed: tiny$/m);
    expect(existsSync(inModels("tiny.gguf"))).toBe(false);
  });
});

describe("importing a file", () => {
  it("copies it, verified by the digest that was given, and lists it", async () => {
    const stick = join(node.home, "stick");
    mkdirSync(stick);
    const path = join(stick, "fresh.gguf");
    const bytes = Buffer.concat([tiny(), Buffer.from("tail")]);
    writeFileSync(path, bytes);
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect((await node.cli("import", path, "--sha256", digest)).stdout).toMatch(/^fresh {2}available/);
    expect(readFileSync(inModels("fresh.gguf")).equals(bytes)).toBe(true);
    expect((await models()).find(({ id }) => id === "fresh")).toMatchObject({
      verification: "verified",
      origin: "store",
    });
    expect(existsSync(path)).toBe(true);
  });

  it("makes no second copy of what is there, and says when nobody gave a digest", async () => {
    const path = join(node.home, "same.gguf");
    writeFileSync(path, tiny());
    const { model } = await connection.request(modelsImport, { path });
    expect(model.id).toBe("tiny");
    expect(readdirSync(node.folders.models).filter((name) => name.endsWith(".gguf"))).toEqual(["tiny.gguf"]);
    writeFileSync(path, Buffer.concat([tiny(), Buffer.from("x")]));
    expect((await connection.request(modelsImport, { path })).model).toMatchObject({
      id: "same",
      verification: "unverified",
    });
  });

  it("takes an absolute path only, since the node stands elsewhere than its client", async () => {
    await expect(connection.request(modelsImport, { path: "fresh.gguf" })).rejects.toMatchObject({
      code: "invalid_field",
      params: { field: "path" },
    });
  });

  it.each([
    ["another digest", (path: string) => writeFileSync(path, tiny()), "a".repeat(64), "digest_mismatch"],
    ["no model", (path: string) => writeFileSync(path, "<html>"), undefined, "model_file_not_gguf"],
    ["nothing at all", () => undefined, undefined, "model_file_missing"],
  ])("that is %s leaves nothing behind", async (_name, write, sha256, code) => {
    const path = join(node.home, "bad.gguf");
    write(path);
    const call = connection.request(modelsImport, { path, ...(sha256 === undefined ? {} : { sha256 }) });
    await expect(call).rejects.toMatchObject({ code });
    const left = readdirSync(node.folders.models, { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => name !== ".downloads")).toEqual(["tiny.gguf"]);
  });
});

describe("a model that Ollama keeps", () => {
  it("answers without being copied, and has an identity once it was used", async () => {
    const blob = putOllamaModel(join(node.home, "ollama"), "registry.ollama.ai/library/guide/latest", tiny());
    await remove("tiny");
    expect((await node.cli("models")).stdout).toMatch(/guide:latest {2}available .*kept by Ollama/);
    expect((await node.cli("chat", "-m", "guide:latest", "hello")).code).toBe(0);
    const digest = createHash("sha256").update(tiny()).digest("hex");
    await expect
      .poll(async () => (await models()).find(({ id }) => id === "guide:latest")?.identity?.artifactDigest)
      .toBe(digest);
    expect(readFileSync(blob).equals(tiny())).toBe(true);
    expect(readdirSync(node.folders.models)).toEqual([]);
  });

  it("is not listed when a person does not want that", async () => {
    const quiet = await TestNode.create({ configuration: "gateway: { port: 0 }\nmodels: { otherPrograms: false }\n" });
    putOllamaModel(join(quiet.home, "ollama"), "registry.ollama.ai/library/guide/latest", tiny());
    expect((await quiet.cli("models")).stdout).not.toContain("guide:latest");
    await quiet.dispose();
  });
});
