import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureDemoModel } from "../../../sidecar/demo-model/ensure-demo-model.ts";
import { demoModelFileName, demoModelVersion, makeDemoModel } from "../../../sidecar/demo-model/make-demo-model.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

let whole: Buffer;
beforeAll(() => {
  whole = makeDemoModel();
});

/** Puts a model of this version into the test's folder. */
function placeModel(): string {
  const path = join(folder.path, demoModelFileName);
  writeFileSync(path, whole);
  return path;
}

describe("ensureDemoModel", () => {
  it("makes the model, and the folder, where there is none", async () => {
    const models = folder.join("not/yet/there");
    const { path, made } = await ensureDemoModel(models);
    expect(made).toBe(true);
    expect(readdirSync(models)).toEqual([demoModelFileName]);
    expect(readFileSync(path).equals(whole)).toBe(true);
    // Other users of the machine may run the same installation.
    expect(statSync(path).mode & 0o044).toBe(0o044);
  });

  it("leaves a model of this version alone", async () => {
    const path = placeModel();
    const before = statSync(path);
    expect(await ensureDemoModel(folder.path)).toEqual({ path, made: false });
    expect(statSync(path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it.each([
    ["of another version", (path: string) => replaceInFile(path, demoModelVersion(), "0-0123456789abcdef")],
    ["cut short", (path: string) => truncateSync(path, 100_000)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["something else", (path: string) => writeFileSync(path, "not a model")],
    ["cut within a key's value", (path: string) => truncateSync(path, 60)],
  ])("replaces a file that is %s", async (_, damage) => {
    const path = placeModel();
    damage(path);
    expect(await ensureDemoModel(folder.path)).toEqual({ path, made: true });
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(readdirSync(folder.path)).toEqual([demoModelFileName]);
  });

  it("leaves no temporary file when the model cannot be put in place", async () => {
    // A folder in the model's place: the version check fails to read it, or the rename fails, by platform.
    mkdirSync(folder.join(demoModelFileName));
    await expect(ensureDemoModel(folder.path)).rejects.toThrow();
    expect(readdirSync(folder.path)).toEqual([demoModelFileName]);
  });
});

function replaceInFile(path: string, text: string, replacement: string): void {
  const bytes = readFileSync(path);
  bytes.write(replacement, bytes.indexOf(text));
  writeFileSync(path, bytes);
}
