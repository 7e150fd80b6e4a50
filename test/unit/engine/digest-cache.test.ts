import { createHash } from "node:crypto";
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { DigestCache, digestCacheSchema } from "../../../sidecar/engine/digest-cache.ts";
import { VersionedFile } from "../../../sidecar/platform/versioned-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const caches: DigestCache[] = [];
afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.dispose()));
});

const openFile = () =>
  VersionedFile.open({
    path: folder.join("digests.json"),
    schema: digestCacheSchema,
    initial: () => ({}),
    migrations: [],
  });

async function open(): Promise<DigestCache> {
  const cache = new DigestCache(await openFile());
  caches.push(cache);
  return cache;
}

/** Asks for a digest and waits until it is known or has changed. */
async function digestOf(cache: DigestCache, path: string): Promise<string | undefined> {
  const known = Promise.withResolvers<void>();
  const subscription = cache.onDidChange((changed) => {
    if (changed === path) known.resolve();
  });
  cache.request(path);
  await known.promise;
  subscription.dispose();
  return cache.get(path);
}

/** Waits until everything that was asked for before has been done: files are read one at a time, in order. */
async function idle(cache: DigestCache): Promise<void> {
  const path = folder.join(`marker-${Math.random()}`);
  writeFileSync(path, path);
  await digestOf(cache, path);
}

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");

function write(name: string, content: string): string {
  const path = folder.join(name);
  writeFileSync(path, content);
  return path;
}

describe("a file's digest", () => {
  it("is unknown until it has been asked for, and then its SHA-256", async () => {
    const cache = await open();
    const path = write("model.gguf", "weights");
    expect(cache.get(path)).toBeUndefined();
    expect(await digestOf(cache, path)).toBe(sha256("weights"));
  });

  it("is right for a file of several pieces", async () => {
    const content = "0123456789abcdef".repeat(200_000);
    expect(await digestOf(await open(), write("large.gguf", content))).toBe(sha256(content));
  });

  it("is told once, however often it is asked for", async () => {
    const cache = await open();
    const told: string[] = [];
    cache.onDidChange((path) => told.push(path));
    const path = write("model.gguf", "weights");
    for (let count = 0; count < 5; count++) cache.request(path);
    await idle(cache);
    cache.request(path);
    await idle(cache);
    expect(told.filter((each) => each === path)).toHaveLength(1);
  });

  it("changes with the content", async () => {
    const cache = await open();
    const path = write("model.gguf", "old");
    await digestOf(cache, path);
    write("model.gguf", "newer");
    expect(await digestOf(cache, path)).toBe(sha256("newer"));
  });

  it("changes with content of the same size, told by its time", async () => {
    const cache = await open();
    const path = write("model.gguf", "aaa");
    await digestOf(cache, path);
    write("model.gguf", "bbb");
    utimesSync(path, 1, 1);
    expect(await digestOf(cache, path)).toBe(sha256("bbb"));
  });

  it("stays unknown for a file that is missing, without harm to those after it", async () => {
    const cache = await open();
    cache.request(folder.join("missing.gguf"));
    expect(await digestOf(cache, write("model.gguf", "weights"))).toBe(sha256("weights"));
    expect(cache.get(folder.join("missing.gguf"))).toBeUndefined();
  });

  it("can be asked for again after a failure", async () => {
    const cache = await open();
    const path = folder.join("late.gguf");
    cache.request(path);
    await idle(cache);
    write("late.gguf", "weights");
    expect(await digestOf(cache, path)).toBe(sha256("weights"));
  });
});

describe("what is remembered over restarts", () => {
  it("spares reading a file that has not changed", async () => {
    const path = write("model.gguf", "weights");
    const { size: sizeBytes, mtimeMs: modifiedMs } = statSync(path);
    const remembered = "f".repeat(64);
    await (await openFile()).update(() => ({ [path]: { sizeBytes, modifiedMs, digest: remembered } }));
    expect(await digestOf(await open(), path)).toBe(remembered);
  });

  it("is not believed of a file that has changed since", async () => {
    const path = write("model.gguf", "weights");
    const { size: sizeBytes } = statSync(path);
    const old = { sizeBytes, modifiedMs: 1, digest: "f".repeat(64) };
    await (await openFile()).update(() => ({ [path]: old }));
    expect(await digestOf(await open(), path)).toBe(sha256("weights"));
  });

  it("is written for each file", async () => {
    const cache = await open();
    const path = write("model.gguf", "weights");
    await digestOf(cache, path);
    expect((await openFile()).content[path]).toEqual({
      sizeBytes: 7,
      modifiedMs: statSync(path).mtimeMs,
      digest: sha256("weights"),
    });
  });

  it("has the new time of a file that was touched, so that it is not read each time it is asked for", async () => {
    const cache = await open();
    const path = write("model.gguf", "weights");
    await digestOf(cache, path);
    utimesSync(path, 1, 1);
    cache.request(path);
    await idle(cache);
    expect((await openFile()).content[path]?.modifiedMs).toBe(1000);
  });
});

describe("disposing", () => {
  it("stops reading at once, and tells nothing any more", async () => {
    const cache = await open();
    const told: string[] = [];
    cache.onDidChange((path) => told.push(path));
    const paths = Array.from({ length: 20 }, (_, index) => write(`${index}.gguf`, "x".repeat(1024 * 1024)));
    for (const path of paths) cache.request(path);
    await cache.dispose();
    expect(told).toEqual([]);
    rmSync(folder.path, { recursive: true });
  });

  it("takes no more requests", async () => {
    const cache = await open();
    await cache.dispose();
    cache.request(write("model.gguf", "weights"));
    await cache.dispose();
    expect(cache.get(folder.join("model.gguf"))).toBeUndefined();
  });
});
