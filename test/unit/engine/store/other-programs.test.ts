import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DigestCache, digestCacheSchema } from "../../../../sidecar/engine/digest-cache.ts";
import { ModelCatalogue } from "../../../../sidecar/engine/model-catalogue.ts";
import { findModels, modelPlaces } from "../../../../sidecar/engine/store/other-programs/find-models.ts";
import { VersionedFile } from "../../../../sidecar/platform/versioned-file.ts";
import { putHubCacheModel, putLmStudioModel, putOllamaModel } from "../../../support/other-programs.ts";
import { modelBytes } from "../../../support/store-fixture.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
let digests: DigestCache;
beforeEach(async () => {
  const path = folder.join("digests.json");
  digests = new DigestCache(
    await VersionedFile.open({ path, schema: digestCacheSchema, initial: () => ({}), migrations: [] }),
  );
});
afterEach(() => digests.dispose());

const places = () => ({
  ollama: [folder.join("ollama")],
  lmStudio: [folder.join("lm-studio")],
  huggingFace: [folder.join("hub")],
});

async function listed(): Promise<[string, string][]> {
  const catalogue = new ModelCatalogue({
    bundledFolder: folder.join("bundled"),
    modelsFolder: folder.join("models"),
    addedPaths: () => [],
    otherPrograms: () => findModels(places()),
    digests,
  });
  await catalogue.refresh();
  return catalogue.models.map(({ id, origin }) => [id, origin]);
}

describe("models of other programs", () => {
  it("are found where Ollama keeps them, by the names that it gives them", async () => {
    putOllamaModel(folder.join("ollama"), "registry.ollama.ai/library/llama3/8b", modelBytes("a"));
    putOllamaModel(folder.join("ollama"), "registry.ollama.ai/ada/own/latest", modelBytes("b"));
    putOllamaModel(folder.join("ollama"), "hf.co/ada/model-GGUF/Q4_K_M", modelBytes("c"));
    expect((await listed()).toSorted()).toEqual([
      ["ada/model-GGUF:Q4_K_M", "ollama"],
      ["ada/own:latest", "ollama"],
      ["llama3:8b", "ollama"],
    ]);
  });

  it("are found where LM Studio keeps them, projectors apart", async () => {
    putLmStudioModel(folder.join("lm-studio"), "ada/tiny-GGUF/tiny-Q4_K_M.gguf", modelBytes("a"));
    putLmStudioModel(folder.join("lm-studio"), "ada/tiny-GGUF/mmproj-tiny.gguf", modelBytes("b"));
    for (const index of [1, 2]) {
      putLmStudioModel(folder.join("lm-studio"), `ada/big-GGUF/big-0000${index}-of-00002.gguf`, modelBytes(`${index}`));
    }
    expect((await listed()).toSorted()).toEqual([
      ["big", "lm-studio"],
      ["tiny-Q4_K_M", "lm-studio"],
    ]);
  });

  it("are found in the Hugging Face cache, each once though several snapshots lead to it", async () => {
    const link = putHubCacheModel(folder.join("hub"), "ada/tiny", "Q4/tiny-Q4.gguf", modelBytes("a"));
    const other = link.replace("a".repeat(40), "b".repeat(40));
    mkdirSync(dirname(other), { recursive: true });
    symlinkSync(link, other);
    expect(await listed()).toEqual([["tiny-Q4", "hugging-face"]]);
  });

  it("are neither hashed when they are only seen, nor changed", async () => {
    const path = putOllamaModel(folder.join("ollama"), "registry.ollama.ai/library/a/b", modelBytes("a"));
    const before = [readdirSync(folder.join("ollama"), { recursive: true }), statSync(path).mtimeMs];
    await listed();
    await digests.dispose();
    expect(digests.get(path)).toBeUndefined();
    expect([readdirSync(folder.join("ollama"), { recursive: true }), statSync(path).mtimeMs]).toEqual(before);
  });

  it("are passed over when they cannot be used", async () => {
    putLmStudioModel(folder.join("lm-studio"), "ada/tiny/half.gguf", modelBytes("a").subarray(0, -10));
    putHubCacheModel(folder.join("hub"), "ada/tiny", "page.gguf", Buffer.from("<!doctype html>"));
    expect(await listed()).toEqual([]);
  });

  it("are nothing where no such program is", async () => {
    expect(await listed()).toEqual([]);
  });
});

describe("a hostile manifest", () => {
  const manifest = (content: string | Buffer): void => {
    const path = folder.join("ollama/manifests/registry.ollama.ai/library/evil/latest");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const layer = (digest: unknown) => ({ mediaType: "application/vnd.ollama.image.model", digest });

  it.each([
    ["is no JSON", "{"],
    ["is empty", ""],
    ["has no layers", "{}"],
    ["names a file elsewhere", JSON.stringify({ layers: [layer("sha256:../../../../secret.gguf")] })],
    ["names an absolute file", JSON.stringify({ layers: [layer("/etc/passwd")] })],
    ["names another digest", JSON.stringify({ layers: [layer(`sha512:${"0".repeat(64)}`)] })],
    ["names something else", JSON.stringify({ layers: [layer(7)] })],
    [
      "has a layer too many",
      JSON.stringify({ layers: Array.from({ length: 300 }, () => layer(`sha256:${"0".repeat(64)}`)) }),
    ],
    ["is far too long", JSON.stringify({ layers: [layer(`sha256:${"0".repeat(64)}`)], x: "y".repeat(100_000) })],
    ["names a blob that is not there", JSON.stringify({ layers: [layer(`sha256:${"0".repeat(64)}`)] })],
  ])("is passed over when it %s", async (_name, content) => {
    manifest(content);
    putLmStudioModel(folder.join("lm-studio"), "ada/tiny/good.gguf", modelBytes("a"));
    expect(await listed()).toEqual([["good", "lm-studio"]]);
  });

  it("does not hold up a listing by folders in a circle or without end", async () => {
    mkdirSync(folder.join("lm-studio/a/b"), { recursive: true });
    symlinkSync(folder.join("lm-studio"), folder.join("lm-studio/a/b/again"));
    mkdirSync(folder.join("hub/models--a--b/snapshots"), { recursive: true });
    symlinkSync(folder.join("hub"), folder.join("hub/models--a--b/snapshots/again"));
    expect(await listed()).toEqual([]);
  });
});

describe("where they are looked for", () => {
  it("is where the programs' own variables say, and else where they are put by default", () => {
    expect(modelPlaces({ OLLAMA_MODELS: "/o", HF_HOME: "/h" }, "/home/ada")).toMatchObject({
      ollama: ["/o"],
      huggingFace: ["/h/hub"],
    });
    expect(modelPlaces({ HF_HUB_CACHE: "/c", HF_HOME: "/h" }, "/home/ada").huggingFace).toEqual(["/c"]);
    const usual = modelPlaces({}, "/home/ada");
    expect(usual.ollama[0]).toBe("/home/ada/.ollama/models");
    expect(usual.lmStudio).toEqual(["/home/ada/.lmstudio/models", "/home/ada/.cache/lm-studio/models"]);
    expect(usual.huggingFace).toEqual(["/home/ada/.cache/huggingface/hub"]);
  });
});
