import type { Attachment } from "../../extension/chat/attachments/attachment.ts";

/** A small file that was attached, but for what the test says of it. */
export const attachment = (part: Partial<Attachment>): Attachment => ({
  id: "a",
  kind: "file",
  label: "a.ts",
  detail: "src/a.ts",
  text: "let a;\n",
  image: null,
  languageId: "typescript",
  ...part,
});
