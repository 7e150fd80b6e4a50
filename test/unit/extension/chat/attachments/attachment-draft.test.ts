import { describe, expect, it } from "vitest";
import type { Attachment } from "../../../../../extension/chat/attachments/attachment.ts";
import { attachmentChip } from "../../../../../extension/chat/attachments/attachment-chip.ts";
import { AttachmentDraft } from "../../../../../extension/chat/attachments/attachment-draft.ts";
import { attachment } from "../../../../support/attachment.ts";
import { english as t } from "../../../../support/translate.ts";

const draftOf = (stored?: unknown) => {
  const saved: (readonly Attachment[])[] = [];
  const draft = new AttachmentDraft({ memory: { load: () => stored, save: (all) => saved.push(all) } });
  return { draft, saved };
};

describe("what will go with the next question", () => {
  it("is kept over windows, until it goes with a question", () => {
    const { draft, saved } = draftOf([attachment({ id: "1" })]);
    draft.add(attachment({ id: "2", detail: "b.ts" }));
    expect(saved.at(-1)?.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(draft.take()).toHaveLength(2);
    expect([draft.attachments, saved.at(-1)]).toEqual([[], []]);
  });

  it("is empty where an earlier window has kept something unreadable", () => {
    expect(draftOf({ some: "thing" }).draft.attachments).toEqual([]);
  });

  it("has a place once: attached again, it is as it is now", () => {
    const { draft } = draftOf();
    draft.add(attachment({ id: "1", text: "old" }));
    draft.add(attachment({ id: "2", text: "new" }));
    draft.add(attachment({ id: "3", kind: "selection" }));
    expect(draft.attachments.map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("loses one by its remove button, and refuses more than a person can look through", () => {
    const { draft } = draftOf();
    for (let id = 0; id < 32; id++) draft.add(attachment({ id: String(id), detail: `${id}` }));
    expect(() => draft.add(attachment({ id: "x", detail: "x" }))).toThrow(
      expect.objectContaining({ code: "attachments_too_many" }),
    );
    draft.remove("3");
    expect(draft.attachments.map(({ id }) => id)).not.toContain("3");
    expect(draft.attachments).toHaveLength(31);
  });
});

describe("an attachment's chip", () => {
  it("has no text of the attachment, and its name is harmless", () => {
    const chip = attachmentChip(attachment({ label: "a\u202e$(bug).ts", text: "secret" }), { t, seesImages: true });
    expect(JSON.stringify(chip)).not.toMatch(/secret|\u202e|\$\(/);
    expect(chip).toMatchObject({ tokens: null, isExact: false, problem: null });
  });

  it("says how many tokens it has, and whether they were counted", () => {
    const count = { tokens: 12, isExact: true };
    expect(attachmentChip(attachment({}), { t, seesImages: false, count })).toMatchObject({ ...count, problem: null });
  });

  it("says when the model sees no pictures", () => {
    const image = attachment({ kind: "image", text: "", image: "data:image/png;base64,AAAA" });
    expect(attachmentChip(image, { t, seesImages: false }).problem).toBe("The chosen model sees no pictures.");
    expect(attachmentChip(image, { t, seesImages: true })).toMatchObject({ problem: null, thumbnail: image.image });
  });

  it("shows no picture that would make each change of the view heavy", () => {
    const image = `data:image/png;base64,${"A".repeat(500_000)}`;
    expect(attachmentChip(attachment({ image }), { t, seesImages: true }).thumbnail).toBeNull();
  });
});
