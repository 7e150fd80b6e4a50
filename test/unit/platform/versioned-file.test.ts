import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { VersionedFile } from "../../../sidecar/platform/versioned-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const schema = z.object({ names: z.array(z.string()), count: z.number() });
const initial = () => ({ names: [], count: 0 });
const path = (): string => folder.join("state.json");
const open = (migrations: readonly ((content: unknown) => unknown)[] = []) =>
  VersionedFile.open({ path: path(), schema, initial, migrations });
const onDisk = (): unknown => JSON.parse(readFileSync(path(), "utf8"));
const store = (value: unknown): void =>
  writeFileSync(path(), typeof value === "string" ? value : JSON.stringify(value), { mode: 0o600 });

// Format 0 had one name, format 1 a list, format 2 counts them.
const migrations = [
  (content: unknown) => ({ names: [(content as { name: string }).name] }),
  (content: unknown) => ({ ...(content as object), count: (content as { names: string[] }).names.length }),
];

describe("a first start", () => {
  it("writes the initial content with the current format number", async () => {
    expect((await open()).content).toEqual(initial());
    expect(onDisk()).toEqual({ format: 0, content: initial() });
  });

  it("makes a file that only its owner can read", async () => {
    await open();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it("is told when the folder is not there", async () => {
    const opening = VersionedFile.open({ path: folder.join("missing", "x.json"), schema, initial, migrations: [] });
    await expect(opening).rejects.toMatchObject({ code: "folder_unwritable" });
  });
});

describe("updating", () => {
  it("changes memory at once, and the disk when it resolves", async () => {
    const file = await open();
    const updating = file.update((content) => ({ ...content, count: 1 }));
    expect(file.content.count).toBe(1);
    await updating;
    expect(onDisk()).toEqual({ format: 0, content: { names: [], count: 1 } });
  });

  it("is read back by the next start", async () => {
    await (await open()).update(() => ({ names: ["é"], count: 7 }));
    expect((await open()).content).toEqual({ names: ["é"], count: 7 });
  });

  it("keeps every one of many updates at once, and the newest last on disk", async () => {
    const file = await open();
    const updates = Array.from({ length: 50 }, (_, index) =>
      file.update(({ names, count }) => ({ names: [...names, String(index)], count: count + 1 })),
    );
    await Promise.all(updates);
    expect(file.content.count).toBe(50);
    expect(onDisk()).toEqual({ format: 0, content: file.content });
    expect(readdirSync(folder.path)).toEqual(["state.json"]);
  });

  it("refuses content that does not follow the schema, and keeps the old", async () => {
    const file = await open();
    await expect(file.update(() => ({ names: [], count: "many" }) as never)).rejects.toThrow(z.ZodError);
    expect(file.content).toEqual(initial());
    expect(onDisk()).toEqual({ format: 0, content: initial() });
  });

  it("reports a write that fails, and goes on with the next", async () => {
    const file = await open();
    renameSync(folder.path, `${folder.path}-away`);
    await expect(file.update((content) => ({ ...content, count: 1 }))).rejects.toMatchObject({
      code: "folder_unwritable",
    });
    renameSync(`${folder.path}-away`, folder.path);
    await file.update((content) => ({ ...content, names: ["later"] }));
    expect(onDisk()).toEqual({ format: 0, content: { names: ["later"], count: 1 } });
  });
});

describe("an older format", () => {
  it.each([
    [0, { name: "a" }, { names: ["a"], count: 1 }],
    [1, { names: ["a", "b"] }, { names: ["a", "b"], count: 2 }],
  ])("%i is brought forward step by step", async (format, content, expected) => {
    store({ format, content });
    expect((await open(migrations)).content).toEqual(expected);
    expect(onDisk()).toEqual({ format: 2, content: expected });
  });

  it("stays beside the file as it was", async () => {
    store({ format: 0, content: { name: "a" } });
    const before = readFileSync(path(), "utf8");
    await open(migrations);
    expect(readFileSync(`${path()}.format-0.bak`, "utf8")).toBe(before);
  });

  it("is not copied again once it is current", async () => {
    store({ format: 2, content: { names: [], count: 0 } });
    await open(migrations);
    expect(readdirSync(folder.path)).toEqual(["state.json"]);
  });

  it("that its migration cannot make sense of is moved aside", async () => {
    store({ format: 1, content: { names: null } });
    expect((await open(migrations)).content).toEqual(initial());
    expect(readdirSync(folder.path)).toContain("state.json.damaged");
  });
});

it("refuses a newer format and leaves it untouched", async () => {
  const text = JSON.stringify({ format: 3, content: { anything: true } });
  store(text);
  await expect(open(migrations)).rejects.toMatchObject({
    code: "state_too_new",
    params: { path: path(), format: 3, supported: 2 },
  });
  expect(readFileSync(path(), "utf8")).toBe(text);
  expect(readdirSync(folder.path)).toEqual(["state.json"]);
});

describe("a file that cannot be understood", () => {
  it.each([
    ["is empty", ""],
    ["is cut off", '{"format":0,"content":{"names":'],
    ["is something else", "[1,2]"],
    ["has no format", '{"content":{"names":[],"count":0}}'],
    ["has no content", '{"format":0}'],
    ["has a broken format", '{"format":-1,"content":{"names":[],"count":0}}'],
    ["has a format in words", '{"format":"0","content":{"names":[],"count":0}}'],
    ["has content of another shape", '{"format":0,"content":{"names":"a","count":0}}'],
  ])("is moved aside when it %s, and a new one is begun", async (_name, text) => {
    store(text);
    expect((await open()).content).toEqual(initial());
    expect(readFileSync(`${path()}.damaged`, "utf8")).toBe(text);
    expect(onDisk()).toEqual({ format: 0, content: initial() });
  });

  it("does not replace one that was moved aside before", async () => {
    for (const text of ["first", "second"]) {
      store(text);
      await open();
    }
    const contents = readdirSync(folder.path).map((name) => readFileSync(folder.join(name), "utf8"));
    expect(contents).toEqual(expect.arrayContaining(["first", "second"]));
  });

  it("is refused where it is not a file at all", async () => {
    mkdirSync(path());
    await expect(open()).rejects.toMatchObject({ code: "folder_unwritable" });
  });
});
