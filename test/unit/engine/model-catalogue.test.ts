import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DigestCache, digestCacheSchema } from "../../../sidecar/engine/digest-cache.ts";
import { ModelCatalogue } from "../../../sidecar/engine/model-catalogue.ts";
import { VersionedFile } from "../../../sidecar/platform/versioned-file.ts";
import { ggufBytes, ggufValue } from "../../support/gguf-bytes.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
let digests: DigestCache;
let catalogue: ModelCatalogue;
let addedPaths: string[];

beforeEach(async () => {
  const file = { path: folder.join("digests.json"), schema: digestCacheSchema, initial: () => ({}), migrations: [] };
  digests = new DigestCache(await VersionedFile.open(file));
  addedPaths = [];
  catalogue = new ModelCatalogue({
    bundledFolder: folder.join("bundled"),
    modelsFolder: folder.join("models"),
    addedPaths: () => addedPaths,
    digests,
  });
});
afterEach(() => digests.dispose());

const template = "{{ messages[0].content }}";

function gguf(name: string, options: { chatTemplate?: string } = { chatTemplate: template }): Buffer {
  const { chatTemplate } = options;
  return ggufBytes({
    metadata: [
      ["general.architecture", ggufValue.string("llama")],
      ["general.name", ggufValue.string(name)],
      ...(chatTemplate === undefined ? [] : [["tokenizer.chat_template", ggufValue.string(chatTemplate)] as const]),
    ],
    tensors: [{ name: "token_embd.weight", dimensions: [8] }],
    dataBytes: 32,
  });
}

function put(path: string, content: Buffer | string = gguf(path)): string {
  const absolute = folder.join(path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, content);
  return absolute;
}

async function ids(): Promise<string[]> {
  await catalogue.refresh();
  return catalogue.models.map((model) => model.id);
}

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

describe("what is listed", () => {
  it("is nothing before the first look, and nothing where no folder is", async () => {
    put("models/a.gguf");
    expect(catalogue.models).toEqual([]);
    rmSync(folder.join("models"), { recursive: true });
    expect(await ids()).toEqual([]);
  });

  it("is each .gguf file of both folders, named without its ending, and no other file", async () => {
    put("bundled/demo.gguf");
    put("models/b.gguf");
    put("models/a-UPPER.GGUF");
    put("models/readme.txt", "no model");
    put("models/c.gguf.part", "half a model");
    put("models/folder.gguf/inner.gguf");
    expect(await ids()).toEqual(["demo", "a-UPPER", "b"]);
  });

  it("says which models came with the product", async () => {
    put("bundled/demo.gguf");
    put("models/own.gguf");
    await catalogue.refresh();
    expect(catalogue.models.map((model) => [model.id, model.isDemo])).toEqual([
      ["demo", true],
      ["own", false],
    ]);
  });

  it("has what the file says of itself", async () => {
    const path = put("models/a.gguf", gguf("A model"));
    await catalogue.refresh();
    expect(catalogue.find("a")).toMatchObject({
      path,
      problem: null,
      header: { name: "A model", architecture: "llama", chatTemplate: template, parameterCount: 8 },
    });
  });

  it("follows the disk: files come, go and are replaced", async () => {
    put("models/a.gguf", gguf("first"));
    expect(await ids()).toEqual(["a"]);
    put("models/b.gguf");
    put("models/a.gguf", gguf("second"));
    expect(await ids()).toEqual(["a", "b"]);
    expect(catalogue.find("a")?.header?.name).toBe("second");
    rmSync(folder.join("models/a.gguf"));
    expect(await ids()).toEqual(["b"]);
    expect(catalogue.find("a")).toBeUndefined();
  });

  it("contains a link to a model elsewhere", async () => {
    const target = put("elsewhere/big.gguf");
    mkdirSync(folder.join("models"));
    symlinkSync(target, folder.join("models/link.gguf"));
    await catalogue.refresh();
    expect(catalogue.find("link")?.header).not.toBeNull();
  });

  it("contains no model without a name", async () => {
    put("models/.gguf");
    expect(await ids()).toEqual([]);
  });
});

describe("a file that was added by path", () => {
  it("is listed like the others", async () => {
    addedPaths = [put("elsewhere/c.gguf")];
    expect(await ids()).toEqual(["c"]);
  });

  it("is listed once when it is also in the models folder", async () => {
    addedPaths = [put("models/a.gguf")];
    expect(await ids()).toEqual(["a"]);
  });

  it("stays listed with its problem when it is gone, so that a person sees why it does not work", async () => {
    const path = folder.join("gone.gguf");
    addedPaths = [path];
    await catalogue.refresh();
    expect(catalogue.find("gone")).toMatchObject({
      header: null,
      problem: { code: "model_file_missing", params: { path } },
    });
  });
});

describe("two files of one name", () => {
  it("are two models, each found by its own id", async () => {
    const paths = [put("bundled/a.gguf"), put("models/a.gguf"), put("x/a.gguf"), put("y/a.gguf")];
    addedPaths = paths.slice(2);
    const found = await ids();
    expect(new Set(found).size).toBe(4);
    expect(found.every((id) => id === "a" || /^a~[0-9a-f]{8}$/.test(id))).toBe(true);
    expect(found.map((id) => catalogue.find(id)?.path).sort()).toEqual(paths.sort());
  });

  it("keep their ids when the catalogue looks again", async () => {
    put("bundled/a.gguf");
    put("models/a.gguf");
    expect(await ids()).toEqual(await ids());
  });
});

describe("a file that is no usable model", () => {
  it.each([
    ["a saved web page", "<!doctype html>", "model_file_not_gguf"],
    ["an empty file", "", "model_file_not_gguf"],
    ["half a download", gguf("x").subarray(0, -16), "model_file_truncated"],
  ])("is listed with its problem: %s", async (_name, content, code) => {
    put("models/bad.gguf", content);
    put("models/good.gguf");
    expect(await ids()).toEqual(["bad", "good"]);
    expect(catalogue.find("bad")).toMatchObject({ header: null, problem: { code }, identity: null });
  });
});

describe("the identity", () => {
  const known = (path: string): Promise<void> =>
    new Promise((resolve) => {
      digests.onDidChange((changed) => {
        if (changed === path) resolve();
      });
    });

  it("is null until the file has been hashed, and then its digest and its template's", async () => {
    const content = gguf("A", { chatTemplate: template });
    const path = put("models/a.gguf", content);
    const hashed = known(path);
    await catalogue.refresh();
    expect(catalogue.find("a")?.identity).toBeNull();
    await hashed;
    const identity = { artifactDigest: sha256(content), templateHash: sha256(template) };
    expect(catalogue.find("a")?.identity).toEqual(identity);
    expect(catalogue.models.map((model) => model.identity)).toEqual([identity]);
  });

  it("has no template hash where there is no template", async () => {
    const path = put("models/a.gguf", gguf("A", {}));
    const hashed = known(path);
    await catalogue.refresh();
    await hashed;
    expect(catalogue.find("a")?.identity).toMatchObject({ templateHash: null });
  });

  it("is not that of the file before when a file has been replaced", async () => {
    const path = put("models/a.gguf", gguf("old", { chatTemplate: template }));
    const hashed = known(path);
    await catalogue.refresh();
    await hashed;
    const replacement = gguf("a longer name", { chatTemplate: template });
    put("models/a.gguf", replacement);
    await catalogue.refresh();
    // Either not known yet, or the new file's.
    const shown = catalogue.find("a")?.identity?.artifactDigest ?? sha256(replacement);
    expect(shown).toBe(sha256(replacement));
  });
});

describe("a model in several files", () => {
  const part = (index: number): string => `models/big-0000${index}-of-00003.gguf`;

  it("is one model, named without the numbers, with the size and the parameters of all", async () => {
    const paths = [1, 2, 3].map((index) => put(part(index)));
    expect(await ids()).toEqual(["big"]);
    const model = catalogue.find("big");
    expect(model).toMatchObject({ path: paths[0], paths, problem: null });
    expect(model?.header?.parameterCount).toBe(24);
    expect(model?.header?.sizeBytes).toBe(gguf(part(1)).length * 3);
  });

  it("is one model when its first file was added by path", async () => {
    const paths = [1, 2, 3].map((index) => put(part(index).replace("models", "elsewhere")));
    addedPaths = paths.slice(0, 1);
    expect(await ids()).toEqual(["big"]);
    expect(catalogue.find("big")?.paths).toEqual(paths);
  });

  it.each([1, 2, 3])("says which file is missing: %s", async (missing) => {
    for (const index of [1, 2, 3]) if (index !== missing) put(part(index));
    expect(await ids()).toEqual(["big"]);
    expect(catalogue.find("big")?.problem).toMatchObject({
      code: "model_parts_missing",
      params: { missing: [folder.join(part(missing))] },
    });
  });

  it("has the problem of the part that is damaged", async () => {
    put(part(1));
    put(part(2), "<!doctype html>");
    put(part(3));
    await catalogue.refresh();
    expect(catalogue.find("big")?.problem).toMatchObject({ params: { path: folder.join(part(2)) } });
  });

  it("has one digest, made of those of its parts", async () => {
    const paths = [1, 2, 3].map((index) => put(part(index)));
    const all = new Promise<void>((resolve) => {
      const open = new Set(paths);
      digests.onDidChange((path) => open.delete(path) && open.size === 0 && resolve());
    });
    await catalogue.refresh();
    await all;
    const digest = sha256(paths.map((_path, index) => `${sha256(gguf(part(index + 1)))}\n`).join(""));
    expect(catalogue.find("big")?.identity?.artifactDigest).toBe(digest);
  });

  it("is an ordinary file when its name promises impossible parts", async () => {
    put("models/x-00002-of-00001.gguf");
    put("models/x-00001-of-99999.gguf");
    expect(await ids()).toEqual(["x-00001-of-99999", "x-00002-of-00001"]);
  });
});

describe("one file that is reached by several ways", () => {
  it("is one model", async () => {
    const target = put("elsewhere/big.gguf");
    mkdirSync(folder.join("models"));
    symlinkSync(target, folder.join("models/link.gguf"));
    symlinkSync(folder.join("elsewhere"), folder.join("alias"));
    addedPaths = [target, folder.join("alias/big.gguf")];
    expect(await ids()).toEqual(["link"]);
  });
});
