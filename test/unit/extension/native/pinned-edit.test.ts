import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pinEdit, uniqueLines } from "../../../../extension/native/pinned-edit.ts";

const text = "function a() {\n  return 1;\n}\n\nfunction b() {\n  return 1;\n}\n";
const open = { path: "/w/a.js", text, firstLine: 0, lastLine: 1 };
const property = { type: "string" };
const tool = {
  name: "replace_string_in_file",
  description: "",
  inputSchema: { type: "object", properties: { filePath: property, oldString: property, newString: property } },
};

describe("an inline edit", () => {
  it("is held to the selected lines of the file that the prompt is about", () => {
    expect(pinEdit(tool, open, "Edit /w/a.js please")?.inputSchema).toEqual({
      type: "object",
      properties: {
        filePath: { type: "string", enum: ["/w/a.js"] },
        oldString: { type: "string", enum: ["function a() {\n  return 1;"] },
        newString: property,
      },
    });
  });

  it("is free where the prompt is about another file, or the tool is another", () => {
    expect(pinEdit(tool, open, "Edit /w/b.js please")).toBeUndefined();
    expect(pinEdit({ ...tool, inputSchema: { type: "object" } }, open, "/w/a.js")).toBeUndefined();
  });

  it("takes lines around a selection that is in the file more than once", () => {
    expect(uniqueLines({ ...open, firstLine: 5, lastLine: 5 })).toBe("function b() {\n  return 1;\n}");
  });

  it("has nothing to hold to in an empty file", () => {
    expect(uniqueLines({ ...open, text: "" })).toBeUndefined();
  });

  it("finds its lines exactly once in every file, or not at all", () => {
    const line = fc.constantFrom("", "a", "b", "  a", "}");
    const file = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(file, fc.nat(15), fc.nat(15), (content, firstLine, lastLine) => {
        const anchor = uniqueLines({ path: "", text: content, firstLine, lastLine });
        if (anchor !== undefined) expect(content.split(anchor)).toHaveLength(2);
        else expect(content.trim()).toBe("");
      }),
    );
  });
});
