import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBlocks } from "../../../webview/markdown/blocks.ts";
import { GrowingBlocks } from "../../../webview/markdown/growing-blocks.ts";
import { type Inline, isSafeAddress, parseInline } from "../../../webview/markdown/inline.ts";
import { visibleText } from "../../../webview/markdown/visible-text.ts";

const types = (text: string): string[] => parseBlocks(text).map((block) => block.type);
/** The words of a line, without their formatting. */
const words = (items: readonly Inline[]): string =>
  items.map((item) => ("children" in item ? words(item.children) : "text" in item ? item.text : "\n")).join("");

describe("blocks", () => {
  it("are those that models write", () => {
    const text =
      "# Title\n\nWords\nmore words\n\n- a\n- b\n  - c\n\n1. one\n2. two\n\n> said\n\n---\n\n```ts\nlet a;\n```\nend";
    expect(types(text)).toEqual(["heading", "paragraph", "list", "list", "quote", "rule", "code", "paragraph"]);
  });

  it("keep code as it is, also while its end is not written yet", () => {
    expect(parseBlocks("```ts\nconst a = `<b>`;\n\n  x\n")).toMatchObject([
      { type: "code", language: "ts", text: "const a = `<b>`;\n\n  x\n" },
    ]);
    expect(parseBlocks("````md\n```\ninner\n```\n````\nafter")).toMatchObject([
      { type: "code", text: "```\ninner\n```" },
      { type: "paragraph", text: "after" },
    ]);
  });

  it("nest lists with their paragraphs and code", () => {
    const [list] = parseBlocks("1. first\n\n   ```js\n   run()\n   ```\n2. second\n   - inner");
    expect(list).toMatchObject({
      type: "list",
      start: 1,
      items: [
        [
          { type: "paragraph", text: "first" },
          { type: "code", text: "run()" },
        ],
        [
          { type: "paragraph", text: "second" },
          { type: "list", start: undefined },
        ],
      ],
    });
  });

  it("read tables, with bars in their cells", () => {
    expect(parseBlocks("| a | b |\n|---|:-:|\n| 1 | x \\| y |")).toMatchObject([
      { type: "table", header: ["a", "b"], rows: [["1", "x | y"]] },
    ]);
  });

  it("keep the same source while text is added behind them, so that they are not drawn again", () => {
    const before = parseBlocks("one\n\n```\ncode\n```\n\ntwo");
    const after = parseBlocks("one\n\n```\ncode\n```\n\ntwo and more\n\nthree");
    expect(after.slice(0, 2).map(({ source }) => source)).toEqual(before.slice(0, 2).map(({ source }) => source));
  });
});

describe("an answer that grows", () => {
  const markdown = fc
    .array(
      fc.constantFrom(
        "a",
        "b ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "1",
        ".",
        "```\n",
        "> ",
        "| a | b |\n",
        "|---|---|\n",
        "# ",
        "  ",
        "***\n",
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));

  it("is read piece by piece as it is read at once, wherever it is cut", () => {
    fc.assert(
      fc.property(markdown, fc.array(fc.nat(8), { maxLength: 40 }), (text, steps) => {
        const growing = new GrowingBlocks();
        let at = 0;
        for (const step of steps) {
          at += step;
          expect(growing.read(text.slice(0, at))).toEqual(parseBlocks(text.slice(0, at)));
        }
        expect(growing.read(text)).toEqual(parseBlocks(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("reads no block again that cannot change any more", () => {
    const growing = new GrowingBlocks();
    const text = Array.from({ length: 400 }, (_, index) => `Paragraph ${index}.`).join("\n\n");
    const before = growing.read(text);
    const after = growing.read(`${text} More.\n\nAnd more.`);
    const same = before.filter((block, index) => block === after[index]);
    expect(same.length).toBe(before.length - 2);
  });

  it("is read anew when it is another one", () => {
    const growing = new GrowingBlocks();
    growing.read("one\n\ntwo\n\nthree\n\nfour");
    expect(growing.read("# Other")).toMatchObject([{ type: "heading", text: "Other" }]);
  });
});

describe("what acts unseen in a terminal or an editor", () => {
  it("is shown as what it is", () => {
    expect(visibleText("\u001b[31mred\u0007\u009b2J")).toBe("␛[31mred␇[U+009B]2J");
    expect(visibleText("if (isAdmin\u202e \u2066// check\u2069)")).toBe(
      "if (isAdmin[U+202E] [U+2066]// check[U+2069])",
    );
  });

  it("is nothing that people write: line ends, tabs, emoji, right-to-left scripts", () => {
    const text = "a\n\tb 👩‍💻 שלום\u200f नमस्ते";
    expect(visibleText(text)).toBe(text);
    expect(visibleText("a\r\nb\rc")).toBe("a\nb\nc");
  });
});

describe("formatting", () => {
  it("is read as it is meant", () => {
    expect(parseInline("a **b *c*** `d*` ~~e~~ snake_case_name 2 * 3 * 4")).toMatchObject([
      { type: "text", text: "a " },
      { type: "strong" },
      { type: "text", text: " " },
      { type: "code", text: "d*" },
      { type: "text", text: " " },
      { type: "strike" },
      { type: "text", text: " snake_case_name 2 * 3 * 4" },
    ]);
    expect(parseInline("see [the *page*](https://a.example/x_(y) or https://b.example/z.")).toBeDefined();
    expect(parseInline("https://b.example/z.")).toMatchObject([
      { type: "link", url: "https://b.example/z" },
      { type: "text", text: "." },
    ]);
  });

  it("leaves HTML as the text that it is", () => {
    expect(parseInline("<img src=x onerror=alert(1)>")).toEqual([
      { type: "text", text: "<img src=x onerror=alert(1)>" },
    ]);
  });

  it("never makes an address of an image", () => {
    expect(parseInline("![pixel](https://spy.example/p.png)")).toEqual([
      { type: "image", url: "https://spy.example/p.png", text: "pixel" },
    ]);
  });

  it.each([
    ["https://a.example", true],
    ["mailto:a@b.example", true],
    ["javascript:alert(1)", false],
    ["JaVaScRiPt:alert(1)", false],
    ["data:text/html,x", false],
    ["command:workbench.action.quit", false],
    ["vscode://file/etc/passwd", false],
    ["file:///etc/passwd", false],
    ["//a.example", false],
    ["relative", false],
  ])("opens %s: %s", (url, isSafe) => expect(isSafeAddress(url)).toBe(isSafe));
});

describe("whatever a model writes", () => {
  const nasty = fc.stringMatching(/^[ab *_~`[\]()!<>#|\n\t>\-1.\\:]{0,400}$/);

  it("is read without failing, and loses no letters", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        parseBlocks(text);
        const letters = (each: string): string => each.replace(/[^ab]/g, "");
        const links = JSON.stringify(parseInline(text)).includes('"url"');
        if (!links) expect(letters(words(parseInline(text)))).toBe(letters(text));
      }),
    );
  });

  it("is read in time, however it is made", () => {
    const bombs = [
      "*".repeat(20_000),
      "> ".repeat(5_000),
      "[".repeat(20_000),
      "a* ".repeat(6_000),
      "`a".repeat(10_000),
    ];
    bombs.push("**a ".repeat(5_000), `${"- ".repeat(2_000)}x`, "_a_a".repeat(5_000), "![".repeat(10_000));
    for (const bomb of bombs) {
      const startedAt = performance.now();
      for (const block of parseBlocks(bomb)) if (block.type === "paragraph") parseInline(block.text);
      expect(performance.now() - startedAt, bomb.slice(0, 6)).toBeLessThan(2_000);
    }
  });
});
