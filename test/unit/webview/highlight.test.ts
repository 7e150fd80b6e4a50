import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeReader } from "../../../webview/markdown/highlight/code-reader.ts";
import { grammars } from "../../../webview/markdown/highlight/grammar.ts";

/** The pieces of code that have a kind, line by line. */
function kinds(language: string, code: string): string[] {
  const read = codeReader(language);
  let open: string | null = null;
  return code.split("\n").flatMap((line) => {
    const result = read(line, open);
    open = result.open;
    return result.tokens.filter(({ kind }) => kind !== null).map(({ kind, text }) => `${kind}: ${text}`);
  });
}

describe("code", () => {
  it.each([
    {
      language: "ts",
      code: 'const a: Map = await load("x", 0x1f); // why',
      has: [
        "keyword: const",
        "type: Map",
        "keyword: await",
        "function: load",
        'string: "x"',
        "number: 0x1f",
        "comment: // why",
      ],
    },
    {
      language: "python",
      code: "@cached\ndef f(x):  # so",
      has: ["function: @cached", "keyword: def", "function: f", "comment: # so"],
    },
    {
      language: "rust",
      code: "fn f<'a>(x: &'a str) { println!(\"y\") }",
      has: ["type: 'a", "keyword: str", "function: println!", 'string: "y"'],
    },
    {
      language: "SQL",
      code: "SELECT count(*) FROM t -- all",
      has: ["keyword: SELECT", "function: count", "keyword: FROM", "comment: -- all"],
    },
    {
      language: "json",
      code: '{"a": "b", "c": 1.5, "d": null}',
      has: ['name: "a"', 'string: "b"', "number: 1.5", "keyword: null"],
    },
    {
      language: "yaml",
      code: "- name: x # it\n  on: 'y'",
      has: ["name: name", "comment: # it", "name: on", "string: 'y'"],
    },
    {
      language: "bash",
      code: 'if [ -f "$A" ]; then echo $B; fi # c',
      has: ["keyword: if", "name: -f", "name: $B", "comment: # c"],
    },
    {
      language: "html",
      code: '<a href="x">y</a><!-- z -->',
      has: ["keyword: <a", "name: href", 'string: "x"', "keyword: >", "keyword: </a>", "comment: <!-- z -->"],
    },
    {
      language: "diff",
      code: "@@ -1 +1 @@\n-old\n+new",
      has: ["function: @@ -1 +1 @@", "deleted: -old", "inserted: +new"],
    },
    { language: "css", code: ".a { color: #fff; }", has: ["type: .a", "name: color", "number: #fff"] },
  ])("in $language has its colours", ({ language, code, has }) => {
    expect(kinds(language, code)).toEqual(expect.arrayContaining(has));
  });

  it("remembers over the ends of lines what is open", () => {
    expect(kinds("js", "/* a\nb */ let c = `d\n e`;")).toEqual([
      "comment: /* a",
      "comment: b */",
      "keyword: let",
      "string: `d",
      "string:  e`",
    ]);
    expect(kinds("python", '"""a\n"b"\nc""" + d')).toEqual(['string: """a', 'string: "b"', 'string: c"""']);
    expect(kinds("html", "<a\nb='c\nd'>")).toEqual([
      "keyword: <a",
      "name: b",
      "string: 'c",
      "string: d'",
      "keyword: >",
    ]);
  });

  it("of a language that nobody knows stays plain", () => {
    expect(kinds("brainfuck", "let a = 1")).toEqual([]);
    expect(kinds("constructor", "let a = 1")).toEqual([]);
  });

  it("loses no character, whatever is written", () => {
    const languages = [...grammars.keys(), "html", "diff"];
    const line = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc
        .array(
          fc.constantFrom(
            '"',
            "'",
            "`",
            "/*",
            "*/",
            "//",
            "<!--",
            "-->",
            "<a",
            ">",
            "#",
            "--[[",
            "]]",
            "\\",
            "a",
            " ",
            "=",
            "$",
            "@",
            "{",
            "1",
          ),
        )
        .map((all) => all.join("")),
    );
    fc.assert(
      fc.property(fc.constantFrom(...languages), fc.array(line, { maxLength: 6 }), (language, lines) => {
        const read = codeReader(language);
        let open: string | null = null;
        for (const each of lines) {
          const result = read(each, open);
          open = result.open;
          expect(result.tokens.map(({ text }) => text).join("")).toBe(each);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
