import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSmallFile } from "../../../../extension/workspace/read-small-file.ts";

let folder: string;
const path = (name: string): string => join(folder, name);
const read = (name: string): Promise<string | null> => readSmallFile(path(name), 10);
const refused = { code: "not a small file" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mesh-small-file-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("reading a small file of a folder that was only opened", () => {
  it("gives its text, up to the limit", async () => {
    await writeFile(path("whole"), "ten bytes!");
    expect(await read("whole")).toBe("ten bytes!");
    await writeFile(path("empty"), "");
    expect(await read("empty")).toBe("");
  });

  it("gives null where there is none", async () => {
    expect(await read("missing")).toBeNull();
  });

  it("refuses what is longer, and what is a folder", async () => {
    await writeFile(path("long"), "eleven bytes");
    await expect(read("long")).rejects.toMatchObject(refused);
    await expect(readSmallFile(folder, 10)).rejects.toHaveProperty("code");
  });

  it.skipIf(process.platform === "win32")("refuses links to what never ends, and pipes without a writer", async () => {
    await symlink("/dev/zero", path("zeros"));
    await expect(read("zeros")).rejects.toMatchObject(refused);
    execFileSync("mkfifo", [path("pipe")]);
    await expect(read("pipe")).rejects.toMatchObject(refused);
  });
});
