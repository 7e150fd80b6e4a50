import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RawCompletion, shapeCompletion } from "../../../../extension/ghost/shape-completion.ts";
import { trimOverlap } from "../../../../extension/ghost/trim-overlap.ts";

const shape = (text: string, more: Partial<RawCompletion> = {}) =>
  shapeCompletion({ text, end: "stop", beginning: "", suffix: "", isOneLine: false, ...more });

describe("what is shown in the middle of a line", () => {
  it.each([
    ["the rest of the answer's line is another one", "b, c\nfoo()", "f(a, ", ");", "b, c"],
    ["what stands behind it is not written again", "b, c);", "f(a, ", ");", "b, c"],
    ["a bracket that the text has opened itself stays", "g(b)", "f(a, ", ");", "g(b)"],
    ["a quote that the text has begun itself stays", '"b"', "f(", ")", '"b"'],
    ["one that was there before does not come again", 'b"', 'f("a', '")', "b"],
    ["also when it comes twice", "b));", "f(a, ", ");", "b"],
    ["a whole line again is cut to the gap", "name + '!';", "greet(", "name + '!';", null],
    ["nothing but blanks is nothing", "   ", "a", "b", null],
    ["a line break is no text for the middle of a line", "\nfoo", "f(", ")", null],
  ])("%s", (_name, text, beginning, suffix, shown) => {
    expect(shape(text, { beginning, suffix })).toBe(shown);
  });
});

describe("what is shown at the end of a line", () => {
  it.each([
    [
      "a block, with the bracket that closes it",
      "\n  return 1;\n}\n\nfunction b() {}",
      "function a() {",
      "",
      "\n  return 1;\n}",
    ],
    ["a block whose bracket is there already", "\n  return 1;\n}", "function a() {", "\n}\n", "\n  return 1;"],
    [
      "a block that has opened one of its own",
      "\n  if (x) {\n    y();\n  }",
      "function a() {",
      "\n}\n",
      "\n  if (x) {\n    y();\n  }",
    ],
    ["no line that stands further left", "return 1\n\nclass B:", "    ", "", "return 1"],
    ["a block by its indentation alone", "\n    return a\n\ndef g():\n    pass", "def f(a):", "", "\n    return a"],
    ["lines of its own level, up to a blank one", "a = 1\nb = 2\n\nc = 3", "", "", "a = 1\nb = 2"],
    ["no lines that stand behind it already", "a();\nb();\nc();", "", "\nc();\nd();", "a();\nb();"],
    ["its indentation once", "  return 1;", "  ", "\n}", "return 1;"],
    ["no blanks at its end", "a();  \n\n", "", "\n\nb();", "a();"],
    ["a block with line endings of Windows", "\r\n  a();\r\n}", "f() {", "", "\n  a();\n}"],
  ])("%s", (_name, text, beginning, suffix, shown) => {
    expect(shape(text, { beginning, suffix })).toBe(shown);
  });

  it("is one line where that is set", () => {
    expect(shape("a();\nb();", { isOneLine: true })).toBe("a();");
  });

  it("is no more than a person takes in", () => {
    const shown = shape(Array.from({ length: 100 }, (_, index) => `line(${index});`).join("\n"));
    expect(shown?.split("\n")).toHaveLength(16);
  });
});

describe("what models write around gaps", () => {
  it.each([
    ["a();<|endoftext|>import x", "a();"],
    ["a();<|fim_middle|>b", "a();"],
    ["a();<fim_suffix>b", "a();"],
    ["a(); <EOT>", "a();"],
    ["a();<｜fim▁end｜>x", "a();"],
    ["a();</s>", "a();"],
    ["<|file_sep|>other.ts", null],
    ["[SUFFIX]x", null],
  ])("is never shown: %j", (text, shown) => {
    expect(shape(text)).toBe(shown);
  });

  it("is told from code that looks like it", () => {
    expect(shape("a <| b |> c")).toBe("a <| b |> c");
    expect(shape("x</span>")).toBe("x</span>");
  });
});

describe("a text that was cut short", () => {
  it("loses the line that it was cut in", () => {
    expect(shape("a();\nb(", { end: "deadline" })).toBe("a();");
    expect(shape("a();\nb(", { end: "length" })).toBe("a();");
  });

  it("loses its last word when it is one line, and everything when it was simply too slow", () => {
    expect(shape("const name = oth", { end: "length" })).toBe("const name =");
    expect(shape("const name = oth", { end: "deadline" })).toBeNull();
  });

  it("is whole where something else had ended it before", () => {
    expect(shape("a, b\nfoo", { end: "deadline", beginning: "f(", suffix: ")" })).toBe("a, b");
  });
});

describe("whatever a model writes", () => {
  const code = fc.string({
    unit: fc.constantFrom("a", "b", " ", "\n", "(", ")", "{", "}", ";", '"', "  "),
    maxLength: 60,
  });

  it("is shown as a part of itself, and never as blanks alone", () => {
    fc.assert(
      fc.property(code, code, code, fc.boolean(), (text, before, suffix, isOneLine) => {
        const beginning = before.split("\n").at(-1) ?? "";
        const shown = shape(text, { beginning, suffix, isOneLine });
        if (shown === null) return;
        expect(text).toContain(shown);
        expect(shown.trim()).not.toBe("");
        if (isOneLine) expect(shown).not.toContain("\n");
      }),
    );
  });

  it("never ends with what stands behind it, but for brackets and quotes that it has opened", () => {
    fc.assert(
      fc.property(code, code, (text, suffix) => {
        const left = trimOverlap(text, suffix);
        expect(text.startsWith(left)).toBe(true);
        for (let length = 1; length <= Math.min(left.length, suffix.length); length++) {
          const overlap = suffix.slice(0, length);
          if (/[a-z ;\n({]/.test(overlap)) expect(left.endsWith(overlap)).toBe(false);
        }
      }),
    );
  });

  it("is null when it is what follows", () => {
    fc.assert(
      fc.property(code, fc.nat(60), (suffix, length) => {
        const rest = suffix.split("\n", 1)[0] ?? "";
        fc.pre(rest.trim() !== "" && /[a-z]/.test(suffix.slice(0, length)));
        expect(shape(suffix.slice(0, length), { suffix })).toBeNull();
      }),
    );
  });
});
