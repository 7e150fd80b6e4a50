import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownText, plainText } from "../../../../extension/platform/plain-text.ts";

describe("plain text", () => {
  it("keeps names in any script as they are", () => {
    for (const name of ["Qwen2.5-7B", "モデル 一", "नमूना", "نموذج", "modèle été", "👍 ok"])
      expect(plainText(name)).toBe(name);
  });

  it("is one line of at most so many characters without anything that reorders or hides text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), fc.integer({ min: 2, max: 100 }), (text, max) => {
        const plain = plainText(text, max);
        expect([...plain].length).toBeLessThanOrEqual(max + 2);
        expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|\$\(|\]\(/u);
      }),
    );
  });

  it("leaves no markup in Markdown", () => {
    expect(markdownText("[a](b) `c` <d> $(e) **f**")).toBe("\\[a\\] \\(b\\) \\`c\\` \\<d\\> \\$ \\(e\\) \\*\\*f\\*\\*");
  });
});
