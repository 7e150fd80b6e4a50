import { describe, expect, it } from "vitest";
import { type FolderEntry, folderListing } from "../../../../../extension/chat/attachments/folder-listing.ts";

/** Folders by their paths; a name with a slash at its end is a folder, one with an `@` a link. */
type Tree = Record<string, readonly string[]>;

const list = (tree: Tree, more: { ignore?: Record<string, string>; excludes?: string[]; prefix?: string } = {}) =>
  folderListing({
    entries: async (path) => (tree[path] ?? []).map(entry),
    gitignore: async (path) => more.ignore?.[path],
    excludes: more.excludes ?? [],
    prefix: more.prefix ?? "",
    signal: new AbortController().signal,
  });

const entry = (name: string): FolderEntry => ({
  name: name.replace(/[/@]/g, ""),
  isFolder: name.includes("/"),
  isLink: name.includes("@"),
});

describe("a folder's listing", () => {
  it("is an indented tree, folders first, and says how many names it has", async () => {
    const { text, names, isBounded } = await list({ "": ["b.ts", "a.ts", "src/"], src: ["x/", "y.ts"], "src/x": [] });
    expect(text).toBe("src/\n  x/\n  y.ts\na.ts\nb.ts\n");
    expect([names, isBounded]).toEqual([5, false]);
  });

  it("leaves out what the editor does not show, wherever in the workspace the folder is", async () => {
    const tree = { "": [".git/", "node_modules/", "a.ts"], ".git": ["HEAD"], node_modules: ["m/"] };
    expect((await list(tree, { excludes: ["**/.git", "pkg/node_modules"], prefix: "pkg/" })).text).toBe("a.ts\n");
  });

  it("leaves out what git ignores, by the nearest file that says anything", async () => {
    const tree = { "": ["a.log", "deep/", "dist/"], deep: ["a.log", "b.log"], dist: ["x"] };
    const { text } = await list(tree, { ignore: { "": "*.log\ndist/\n", deep: "!a.log\n" } });
    expect(text).toBe("deep/\n  a.log\n");
  });

  it("leaves out what git ignores by the files above it", async () => {
    const ignore = { "": "*.log\n/pkg/out\n", pkg: "b.ts\n" };
    const { text } = await list({ "": ["a.log", "b.ts", "c.ts", "out/"], out: ["x"] }, { ignore, prefix: "pkg/" });
    expect(text).toBe("c.ts\n");
  });

  it("names links and does not follow them", async () => {
    const { text } = await list({ "": ["loop/@"], loop: ["loop/@"] });
    expect(text).toBe("loop/ (link)\n");
  });

  it("is bounded, broad before deep, and says where names are missing", async () => {
    const many = Array.from({ length: 500 }, (_, index) => `f${index}`);
    const { text, names, isBounded } = await list({ "": ["big/", "small/"], big: many, small: ["x"] });
    expect(isBounded).toBe(true);
    expect(names).toBe(203);
    expect(text).toContain("… 300 more");
    expect(text).toContain("small/\n  x\n");
  });

  it("ends in a tree without end", async () => {
    const { isBounded } = await folderListing({
      entries: async () => [entry("deeper/"), entry("and/")],
      gitignore: async () => undefined,
      excludes: [],
      prefix: "",
      signal: new AbortController().signal,
    });
    expect(isBounded).toBe(true);
  });

  it("shows no name as two lines", async () => {
    expect((await list({ "": ["a\nb"] })).text).toBe("a?b\n");
  });

  it("stops when it is cancelled", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const listing = folderListing({
      entries: async () => [],
      gitignore: async () => undefined,
      excludes: [],
      prefix: "",
      signal,
    });
    await expect(listing).rejects.toThrow("enough");
  });
});
