import { describe, expect, it } from "vitest";
import { safeMarkdown } from "../../../../extension/inline/safe-markdown.ts";

describe("a model's Markdown", () => {
  it("shows no image, wherever it comes from", () => {
    for (const image of ["![a](https://example.com/x.png)", "> ![a][b]", "- x ![](data:image/png;base64,AA)"]) {
      expect(safeMarkdown(image)).not.toContain("![");
    }
  });

  it("brings no markup of its own", () => {
    expect(safeMarkdown("<img src=x>\n  <script>a</script>\n> <pre>")).not.toMatch(/^[\s>]*</m);
  });

  it("keeps code as it is", () => {
    const code = "```rust\nlet a = vec![1];\n<b>\n```";
    expect(safeMarkdown(code)).toBe(code);
    expect(safeMarkdown("Use `Map<string, number>`.")).toBe("Use `Map<string, number>`.");
  });

  it("closes a block that is still being written", () => {
    expect(safeMarkdown("```js\na(")).toBe("```js\na(\n```");
  });

  it("does not take for code what the editor would not", () => {
    expect(safeMarkdown("```js\na\n```~~~\n![x](y)")).not.toContain("![");
    expect(safeMarkdown("    ```\n![x](y)")).not.toContain("![");
    expect(safeMarkdown("- ```\n![x](y)")).not.toContain("![");
    expect(safeMarkdown("<pre>\n```\n</pre>\n![x](y)\n```\n![x](y)").split("\n").at(-1)).not.toContain("![");
  });

  it("holds no terminal sequences and no characters that reorder it", () => {
    const escapeCharacter = String.fromCharCode(0x1b);
    expect(
      safeMarkdown(
        `${escapeCharacter}[31mred${escapeCharacter}[0m ${escapeCharacter}]8;;https://x${escapeCharacter}\\link \u202eevil\u0007`,
      ),
    ).toBe("red link evil");
  });
});
