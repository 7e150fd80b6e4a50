import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withLeftOut } from "../../../../extension/chat/use-code-elision.ts";
import { codePlace } from "../../../../extension/chat/use-code-place.ts";
import { codeAtCursor, codeLanguage } from "../../../../extension/chat/use-code-text.ts";
import { splitLines } from "../../../../extension/inline/document-lines.ts";
import { targetParts } from "../../../../extension/inline/edit-target.ts";
import { fitCode } from "../../../../extension/inline/fit-code.ts";

const greet = `import { log } from "./log.js";

// Says hello.
export function greet(name) {
  log("greeting");
  return "Hello " + name;
}

export function part(name) {
  return "Bye " + name;
}
`;
const snake = `import os


class Shop:
    def price(self, item):
        tax = 0.2
        return item.net * (1 + tax)

    def stock(self):
        return len(self.items)
`;

/** What would become of a document, as it is proposed; null where the code belongs nowhere in it. */
function proposedFor(text: string, code: string): string | null {
  const target = codePlace(text, code);
  if (target === null) return null;
  const parts = targetParts(text, target);
  const fit = { eol: "\n", indentUnit: "  ", isInsertion: false } as const;
  return parts.before + fitCode(withLeftOut(code, parts.target), parts, fit) + parts.after;
}

describe("code of an answer, applied to a document", () => {
  it("takes the place of the function that it is a new version of", () => {
    const code = "export function greet(name) {\n  return hello(name);\n}\n";
    const proposed = proposedFor(greet, code);
    expect(proposed).toContain("// Says hello.\nexport function greet(name) {\n  return hello(name);\n}\n\n");
    expect(proposed).not.toContain("greeting");
    expect(proposed).toContain('return "Bye " + name;');
  });

  it("takes a method's place at the method's depth, also in a language without braces", () => {
    const code = "def price(self, item):\n    return item.net * 1.2\n";
    expect(proposedFor(snake, code)).toBe(
      snake.replace("        tax = 0.2\n        return item.net * (1 + tax)\n", "        return item.net * 1.2\n"),
    );
  });

  it("replaces a function's comment when it brings one", () => {
    const code = "// Says hello, kindly.\nexport function greet(name) {\n  return 1;\n}\n";
    expect(proposedFor(greet, code)).not.toContain("// Says hello.\n");
  });

  it("changes several functions at once, with what is new between them", () => {
    const code = `export function greet(name) {
  return 1;
}

export function middle() {}

export function part(name) {
  return 2;
}
`;
    const proposed = proposedFor(greet, code) ?? "";
    expect(proposed.match(/export function/g)).toHaveLength(3);
    expect(proposed).not.toMatch(/greeting|Bye/);
    expect(proposed.startsWith('import { log } from "./log.js";\n\n// Says hello.\n')).toBe(true);
  });

  it("is the whole document when most of that comes again", () => {
    const code = greet.replace('import { log } from "./log.js";\n', 'import { log, warn } from "./log.js";\n');
    expect(proposedFor(greet, code)).toBe(code);
    expect(codePlace("\n\n", "new")).toEqual({ start: 0, end: 2, isInsertion: false });
  });

  it("goes on behind `else` and a brace on a line of its own", () => {
    const text = "void f()\n{\n  if (a) {\n    b();\n  } else {\n    c();\n  }\n}\nint g;\n";
    expect(proposedFor(text, "void f()\n{\n  d();\n}\n")).toBe("void f()\n{\n  d();\n}\nint g;\n");
  });

  it("belongs nowhere when it has hardly a line of the document", () => {
    expect(codePlace(greet, "const other = 1;\nconst more = 2;\n")).toBeNull();
    expect(codePlace(greet, 'const a1 = 1;\nconst b1 = 2;\nconst c1 = 3;\n  return "Bye " + name;\n')).toBeNull();
    expect(codePlace(greet, "}\n")).toBeNull();
  });

  it("changes nothing when it is the document, and keeps to the document's lines whatever it is", () => {
    const line = fc.constantFrom(
      "const aa = 1;",
      "function bb() {",
      "  return cc;",
      "}",
      "",
      "  if (dd) {",
      "\tee();",
      "x",
    );
    const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.map((each) => `${each}\n`).join(""));
    fc.assert(
      fc.property(text, text, (document, code) => {
        const place = codePlace(document, code);
        if (place === null) return;
        expect(place.start).toBeGreaterThanOrEqual(0);
        expect(place.end).toBeGreaterThanOrEqual(place.start);
        expect(place.end).toBeLessThanOrEqual(splitLines(document).length);
      }),
    );
    expect(proposedFor(greet, greet)).toBe(greet);
    expect(proposedFor(snake, snake)).toBe(snake);
  });
});

describe("what code leaves out", () => {
  const target = "function f() {\n  const one = 1;\n  const two = 2;\n  return one + two;\n}\n";

  it("is put back from the lines that it replaces", () => {
    const code = "function f() {\n  // ... existing code ...\n  return one + two;\n}\n";
    expect(withLeftOut(code, target)).toBe(target);
    const changed = code.replace("// ...", "log();\n  const one = 1;\n  // ...");
    expect(withLeftOut(changed, target)).toBe(target.replace("  const one", "  log();\n  const one"));
  });

  it("is put back at the end of a block, at the depth of the code", () => {
    const deep = target.replace(/^(?=.)/gm, "    ");
    expect(withLeftOut("function f() {\n  const zero = 0;\n  const one = 1;\n  # ...\n}\n", deep)).toBe(
      "function f() {\n  const zero = 0;\n  const one = 1;\n  const two = 2;\n  return one + two;\n}\n",
    );
  });

  it("is an error where nobody can tell what belongs there, since it would be deleted", () => {
    const lost = () => withLeftOut("function g() {\n  // ... rest of the function\n}\n", target);
    const changed = () => withLeftOut("function f() {\n  const one = 5;\n  // ...\n}\n", target);
    expect(changed).toThrow(expect.objectContaining({ code: "answer_leaves_out" }));
    expect(lost).toThrow(expect.objectContaining({ code: "answer_leaves_out" }));
    expect(() => withLeftOut("return one + two;\n// …\nfunction f() {\n", target)).toThrow(
      expect.objectContaining({ code: "answer_leaves_out" }),
    );
  });

  it("is nothing in code with dots that mean what they say", () => {
    for (const code of ["def stub():\n    ...\n", "f(...args);\n", "// wait...\n", 'print("...")\n']) {
      expect(withLeftOut(code, target)).toBe(code);
    }
  });
});

describe("code at a cursor", () => {
  it("begins where the cursor is, and goes on as deep as that line", () => {
    const code = "\n    if (a) {\n      b();\n\n    }\n\n";
    expect(codeAtCursor(code, "  ")).toBe("if (a) {\n    b();\n\n  }");
    expect(codeAtCursor(code, "")).toBe("if (a) {\n  b();\n\n}");
    expect(codeAtCursor("a\r\nb\r\n", "\tx = ")).toBe("a\n\tb");
    expect(codeAtCursor("", "  ")).toBe("");
  });
});

describe("the language of a block", () => {
  const known = ["plaintext", "javascript", "typescript", "cpp", "shellscript", "Objective-Custom", "python"];
  it.each([
    ["js", "javascript"],
    [" TypeScript ", "typescript"],
    ["c++", "cpp"],
    ["bash", "shellscript"],
    ["objective-custom", "Objective-Custom"],
    ["", "plaintext"],
    ["rust", "plaintext"],
    ["__proto__", "plaintext"],
  ])("'%s' is %s", (name, language) => expect(codeLanguage(name, known)).toBe(language));
});
