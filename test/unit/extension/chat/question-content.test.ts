import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attachment } from "../../../../extension/chat/attachments/attachment.ts";
import { attachedText, questionContent } from "../../../../extension/chat/question-content.ts";

const attachment = (part: Partial<Attachment>): Attachment => ({
  id: "1",
  kind: "selection",
  label: "page.ts:10-11",
  detail: "src/page.ts:10-11",
  text: "let a;\n",
  image: null,
  languageId: "typescript",
  ...part,
});

describe("what a model reads of a question", () => {
  it("is the question alone when nothing is attached", () => {
    expect(questionContent({ text: "Why?", attachments: [] })).toBe("Why?");
  });

  it("begins with the attachments, each under where it is from", () => {
    expect(questionContent({ text: "Why?", attachments: [attachment({})] })).toBe(
      "src/page.ts:10-11\n```typescript\nlet a;\n```\n\nWhy?",
    );
  });

  it("has images as parts of their own, before the words", () => {
    const image = attachment({ kind: "image", text: "", image: "data:image/png;base64,AA==" });
    expect(questionContent({ text: "What is it?", attachments: [image] })).toEqual([
      { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
      { type: "text", text: "What is it?" },
    ]);
  });

  it("has each text whole, between fences that none of its lines ends", () => {
    const text = fc.string({ unit: fc.constantFrom("`", "a", "\n", " ", "~") });
    fc.assert(
      fc.property(text, (inside) => {
        const [, opening = "", ...lines] = attachedText(attachment({ text: inside })).split("\n");
        const fence = /^`+/.exec(opening)?.[0] ?? "";
        expect(lines.at(-1)).toBe(fence);
        expect(lines.slice(0, -1).join("\n")).toBe(inside.replace(/\n$/, ""));
        expect(lines.slice(0, -1).some((line) => line.includes(fence))).toBe(false);
      }),
    );
  });
});
