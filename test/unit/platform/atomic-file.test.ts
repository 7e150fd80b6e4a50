import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { writeFileAtomic } from "../../../sidecar/platform/atomic-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const path = (): string => folder.join("file");

describe("writing", () => {
  it.each([
    ["text", "é模🙂\n", Buffer.from("é模🙂\n")],
    ["bytes", new Uint8Array([0, 255, 10]), Buffer.from([0, 255, 10])],
    ["nothing", "", Buffer.alloc(0)],
  ])("puts %s into a new file", async (_name, content, expected) => {
    await writeFileAtomic(path(), content);
    expect(readFileSync(path())).toEqual(expected);
    expect(readdirSync(folder.path)).toEqual(["file"]);
  });

  it("makes a file that only its owner can read, also in place of an open one", async () => {
    writeFileSync(path(), "old");
    chmodSync(path(), 0o644);
    await writeFileAtomic(path(), "new");
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it("makes the mode that it is told", async () => {
    await writeFileAtomic(path(), "x", 0o400);
    expect(statSync(path()).mode & 0o777).toBe(0o400);
  });

  it("never shows a reader anything but the whole old or the whole new content", async () => {
    const contents = ["a", "b"].map((letter) => letter.repeat(1024 * 1024));
    writeFileSync(path(), contents[0] ?? "");
    let isWriting = true;
    const writeMany = async (): Promise<void> => {
      for (let round = 0; round < 10; round++) await writeFileAtomic(path(), contents[round % 2] ?? "");
    };
    const writing = writeMany().finally(() => {
      isWriting = false;
    });
    while (isWriting) expect(contents.includes(await readFile(path(), "utf8"))).toBe(true);
    await writing;
  });

  it("lets many writers of one file leave the whole content of one of them", async () => {
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(contents.map((content) => writeFileAtomic(path(), content)));
    expect(contents).toContain(readFileSync(path(), "utf8"));
    expect(readdirSync(folder.path)).toEqual(["file"]);
  });
});

describe("a write that fails", () => {
  it("is reported with the folder when that is missing", async () => {
    await expect(writeFileAtomic(folder.join("missing", "file"), "x")).rejects.toMatchObject({
      code: "folder_unwritable",
      params: { path: folder.join("missing"), reason: "ENOENT" },
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("leaves no temporary file, and what was there as it was", async () => {
    mkdirSync(path());
    writeFileSync(folder.join("file", "inside"), "kept");
    await expect(writeFileAtomic(path(), "x")).rejects.toMatchObject({ code: "folder_unwritable" });
    expect(readdirSync(folder.path)).toEqual(["file"]);
    expect(readFileSync(folder.join("file", "inside"), "utf8")).toBe("kept");
  });

  it("keeps its own error even where the temporary file cannot be removed either", async () => {
    writeFileSync(path(), "a file, not a folder");
    await expect(writeFileAtomic(folder.join("file", "below"), "x")).rejects.toMatchObject({
      code: "folder_unwritable",
      params: { path: path(), reason: "ENOTDIR" },
    });
  });
});
