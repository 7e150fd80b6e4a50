import { describe, expect, it } from "vitest";
import { editTarget, targetParts } from "../../../../extension/inline/edit-target.ts";
import { type FitOptions, fitCode } from "../../../../extension/inline/fit-code.ts";

const file =
  "import a from 'a';\nimport b from 'b';\n\nclass Greeter {\n  greet(name) {\n    return name;\n  }\n}\n\nexport const x = 1;\nexport const y = 2;\n";
const options: FitOptions = { eol: "\n", indentUnit: "  ", isInsertion: false };

/** The document after the code has come for these lines, counted from 0, the last one included. */
function fitted(
  code: string,
  {
    text = file,
    from = 4,
    to = from,
    ...rest
  }: Partial<FitOptions> & { text?: string; from?: number; to?: number } = {},
): string {
  const target = editTarget(text, { startLine: from, endLine: to, endCharacter: 1 });
  const parts = targetParts(text, target);
  return parts.before + fitCode(code, parts, { ...options, isInsertion: target.isInsertion, ...rest }) + parts.after;
}
const method = "  greet(name) {\n    return greeting + name;\n  }\n";
const expected = file.replace("    return name;", "    return greeting + name;");

describe("code comes to stand where the old code stood", () => {
  it.each<[string, string]>([
    ["as it is", method],
    ["from the first column", "greet(name) {\n  return greeting + name;\n}\n"],
    ["too deep", method.replace(/^/gm, "      ").trimEnd()],
    ["with its first line alone at the first column", method.trimStart()],
    ["with tabs", "greet(name) {\n\treturn greeting + name;\n}\n"],
    ["with what stands before it", `import b from 'b';\n\nclass Greeter {\n${method}`],
    ["with what follows it", `${method}}\n\nexport const x = 1;\nexport const y = 2;\n`],
    ["with the whole file around it", expected],
    ["with the whole file around it, indented otherwise", `${expected.trimEnd().replace(/^/gm, "  ")}\n`],
  ])("%s", (_name, code) => expect(fitted(code, { to: 6 })).toBe(expected));

  it("without the function around the one line that was to change", () => {
    const code = "function f() {\n  return 2;\n}\n";
    expect(fitted(code, { text: "x();\n\nfunction f() {\n  return 1;\n}\n", from: 3 })).toBe(`x();\n\n${code}`);
    expect(fitted(code, { text: "function f() {\n  return 1;\n}\n", from: 1 })).toBe(code);
  });

  it("in tabs, where the document has tabs", () => {
    const text = "class A {\n\tf() {\n\t\treturn 1;\n\t}\n}\n";
    const code = "f() {\n    if (x) {\n        return 2;\n    }\n}\n";
    expect(fitted(code, { text, from: 1, to: 3, indentUnit: "\t" })).toBe(
      "class A {\n\tf() {\n\t\tif (x) {\n\t\t\treturn 2;\n\t\t}\n\t}\n}\n",
    );
  });

  it("with the document's line endings", () => {
    const text = "a\r\nb\r\nc\r\n";
    expect(fitted("B1\nB2\n", { text, from: 1, eol: "\r\n" })).toBe("a\r\nB1\r\nB2\r\nc\r\n");
  });

  it("without a final newline where the document has none", () => {
    expect(fitted("B\n", { text: "a\nb", from: 1 })).toBe("a\nB");
    expect(fitted("B\n", { text: "a\nb\n", from: 1 })).toBe("a\nB\n");
    expect(fitted("B\n", { text: "a\r\nb", from: 1, eol: "\r\n" })).toBe("a\r\nB");
  });

  it("as nothing, where it is to go", () => {
    expect(fitted("", { from: 4, to: 6 })).toBe(file.replace(/ {2}greet[\s\S]*? {2}}\n/, ""));
    expect(fitted("", { text: "a\nb", from: 1 })).toBe("a\n");
  });

  it("keeps lines that also stand around it, when they say nothing or were its own", () => {
    expect(fitted("if (a) {\n  b();\n}\n", { text: "{\nx();\n}\n}\n", from: 1 })).toBe(
      "{\nif (a) {\n  b();\n}\n}\n}\n",
    );
    const text = "one();\ntwo();\none();\ntwo();\nthree();\n";
    expect(fitted("one();\ntwo();\nfour();\n", { text, from: 2, to: 4 })).toBe(
      "one();\ntwo();\none();\ntwo();\nfour();\n",
    );
  });
});

describe("new code", () => {
  it("takes the place of the blank line, as deep as the line above", () => {
    const text = "function f() {\n  a();\n\n  c();\n}\n";
    expect(fitted("b();\n", { text, from: 2 })).toBe("function f() {\n  a();\n  b();\n  c();\n}\n");
  });

  it("begins where the blank line is indented", () => {
    expect(fitted("if (a) {\n  b();\n}\n", { text: "f {\n    \n}\n", from: 1 })).toBe(
      "f {\n    if (a) {\n      b();\n    }\n}\n",
    );
  });

  it("fills an empty document, and goes on behind the last line", () => {
    expect(fitted("a();\n", { text: "", from: 0 })).toBe("a();\n");
    expect(fitted("b();\n", { text: "a();\n", from: 1 })).toBe("a();\nb();\n");
  });
});

describe("what an edit may change", () => {
  it("is the lines that the selection touches", () => {
    expect(editTarget(file, { startLine: 1, endLine: 3, endCharacter: 0 })).toEqual({
      start: 1,
      end: 3,
      isInsertion: false,
    });
    expect(editTarget(file, { startLine: 1, endLine: 3, endCharacter: 2 })).toEqual({
      start: 1,
      end: 4,
      isInsertion: false,
    });
    expect(editTarget(file, { startLine: 2, endLine: 2, endCharacter: 0 })).toEqual({
      start: 2,
      end: 3,
      isInsertion: true,
    });
  });

  it("stays inside of the document behind its last line", () => {
    expect(editTarget("a\n", { startLine: 1, endLine: 1, endCharacter: 0 })).toEqual({
      start: 1,
      end: 1,
      isInsertion: true,
    });
    expect(editTarget("", { startLine: 0, endLine: 0, endCharacter: 0 })).toEqual({
      start: 0,
      end: 0,
      isInsertion: true,
    });
  });
});
