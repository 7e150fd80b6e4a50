import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DigestCache, digestCacheSchema } from "../../../../sidecar/engine/digest-cache.ts";
import { readGgufHeader } from "../../../../sidecar/engine/gguf-header.ts";
import { ModelCatalogue } from "../../../../sidecar/engine/model-catalogue.ts";
import { HeaderCache } from "../../../../sidecar/engine/store/header-cache.ts";
import { VersionedFile } from "../../../../sidecar/platform/versioned-file.ts";
import { ggufBytes, ggufValue } from "../../../support/gguf-bytes.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
let reads: string[];
let listings: number;
let digests: DigestCache;
let catalogue: ModelCatalogue;

beforeEach(async () => {
  const file = { path: folder.join("digests.json"), schema: digestCacheSchema, initial: () => ({}), migrations: [] };
  digests = new DigestCache(await VersionedFile.open(file));
  reads = [];
  listings = 0;
  mkdirSync(folder.join("models"));
  catalogue = new ModelCatalogue({
    bundledFolder: folder.join("bundled"),
    modelsFolder: folder.join("models"),
    addedPaths: () => {
      listings++;
      return [];
    },
    digests,
    headers: new HeaderCache(async (path) => {
      reads.push(path);
      return await readGgufHeader(path);
    }),
  });
});
afterEach(() => digests.dispose());

function put(name: string, content: Buffer | string = model(name)): string {
  const path = folder.join("models", name);
  writeFileSync(path, content);
  return path;
}

const model = (name: string): Buffer =>
  ggufBytes({
    metadata: [["general.name", ggufValue.string(name)]],
    tensors: [{ name: "token_embd.weight", dimensions: [8] }],
    dataBytes: 32,
  });

describe("a header", () => {
  it("is read once, however often the models are listed", async () => {
    const paths = [put("a.gguf"), put("b.gguf")];
    for (let count = 0; count < 5; count++) await catalogue.refresh();
    expect(reads.toSorted()).toEqual(paths);
    expect(catalogue.models.map((each) => each.header?.name)).toEqual(["a.gguf", "b.gguf"]);
  });

  it("is read once also of a file that is no model", async () => {
    const path = put("bad.gguf", "<!doctype html>");
    for (let count = 0; count < 3; count++) await catalogue.refresh();
    expect(reads).toEqual([path]);
    expect(catalogue.find("bad")?.problem?.code).toBe("model_file_not_gguf");
  });

  it("is read again when the file has another size, another time, or is another file", async () => {
    const path = put("a.gguf", model("one"));
    await catalogue.refresh();
    put("a.gguf", model("longer"));
    await catalogue.refresh();
    expect(catalogue.find("a")?.header?.name).toBe("longer");
    utimesSync(path, 1000, 1000);
    await catalogue.refresh();
    put("other.gguf", model("copied"));
    utimesSync(folder.join("models", "other.gguf"), 1000, 1000);
    rmSync(path);
    renameSync(folder.join("models", "other.gguf"), path);
    await catalogue.refresh();
    expect(catalogue.find("a")?.header?.name).toBe("copied");
    expect(reads.length).toBe(4);
  });

  it("of a file that has gone is read again when it comes back", async () => {
    const path = put("a.gguf");
    await catalogue.refresh();
    rmSync(path);
    await catalogue.refresh();
    put("a.gguf");
    await catalogue.refresh();
    expect(reads).toEqual([path, path]);
  });
});

describe("several clients that list at once", () => {
  it("cause two looks at the disk at most: the one under way, and one that sees what was put since", async () => {
    const first = catalogue.refresh();
    const others = Array.from({ length: 10 }, () => catalogue.refresh());
    put("late.gguf");
    await Promise.all([first, ...others]);
    expect(listings).toBeLessThanOrEqual(2);
    await catalogue.refresh();
    expect(catalogue.find("late")).toBeDefined();
  });

  it("see what was put before they asked, though a look was under way", async () => {
    const first = catalogue.refresh();
    await Promise.resolve();
    put("late.gguf");
    const second = catalogue.refresh();
    await Promise.all([first, second]);
    expect(catalogue.find("late")).toBeDefined();
  });
});
