import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "../../../../../extension/chat/attachments/glob.ts";
import { IgnoreRules } from "../../../../../extension/chat/attachments/ignore-rules.ts";

describe("a pattern of paths", () => {
  it.each([
    ["**/.git", ".git", true],
    ["**/.git", "a/b/.git", true],
    ["**/.git", "a/.github", false],
    ["**/*.js", "a/b.js", true],
    ["*.js", "a/b.js", false],
    ["dist", "dist", true],
    ["dist", "a/dist", false],
    ["a/**", "a/b/c", true],
    ["a/**/c", "a/c", true],
    ["a/**/c", "a/x/y/c", true],
    ["**/{node_modules,out}", "a/out", true],
    ["**/{a,b{1,2}}.ts", "x/b2.ts", true],
    ["**/{a,b{1,2}}.ts", "x/b3.ts", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["[a-c]x", "bx", true],
    ["[!a-c]x", "bx", false],
    ["a*b*c", "a-b-b-c", true],
    ["a.c", "abc", false],
    ["\\*", "*", true],
  ])("%s and %s: %s", (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected);
  });

  it("matches itself, whatever the path is", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "b", ".", "-", "ü"), minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        expect(matchesGlob(parts.join("/"), parts.join("/"))).toBe(true);
        expect(matchesGlob(`**/${parts.at(-1)}`, parts.join("/"))).toBe(true);
      }),
    );
  });

  it("of a hostile repository ends: stars and braces cost no retries of retries", () => {
    expect(matchesGlob(`${"*a".repeat(60)}b`, "a".repeat(250))).toBe(false);
    expect(matchesGlob(`${"**/a/".repeat(60)}b`, "a/".repeat(120))).toBe(false);
    expect(matchesGlob("{a,b}".repeat(40), "x")).toBe(false);
  });
});

describe("a .gitignore", () => {
  const rules = new IgnoreRules("# words\n*.log\n!keep.log\n/build\nout/\ndocs/*.txt\n{x}\n\n", "");

  it.each([
    ["a.log", false, true],
    ["deep/a.log", false, true],
    ["deep/keep.log", false, false],
    ["build", true, true],
    ["deep/build", true, undefined],
    ["deep/out", true, true],
    ["out", false, undefined],
    ["docs/a.txt", false, true],
    ["docs/deep/a.txt", false, undefined],
    ["{x}", false, true],
    ["words", false, undefined],
  ])("says of %s (a folder: %s): %s", (path, isFolder, expected) => {
    expect(rules.ignores(path, isFolder)).toBe(expected);
  });

  it("counts below its own folder alone", () => {
    const own = new IgnoreRules("/a", "deep/");
    expect(own.ignores("a", false)).toBeUndefined();
    expect(own.ignores("deep/a", false)).toBe(true);
  });
});
