import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import type { Attachment } from "./attachments/attachment.ts";

type Content = NonNullable<StreamedChatRequest["messages"][number]["content"]>;

/** What a model reads of a question: its attachments, then the question itself. Parts only where there are images. */
export function questionContent({
  text,
  attachments,
}: {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}): Content {
  const whole = [...attachments.filter(({ kind }) => kind !== "image").map(attachedText), text].join("\n\n");
  const images = attachments.flatMap(({ image }) => (image === null ? [] : [image]));
  if (images.length === 0) return whole;
  return [
    ...images.map((url) => ({ type: "image_url" as const, image_url: { url } })),
    { type: "text" as const, text: whole },
  ];
}

/** An attachment as a model reads it: where it is from and its text, between fences that nothing in the text can close. */
export function attachedText({ detail, languageId, text }: Attachment): string {
  const fence = fenceAround(text);
  return `${detail}\n${fence}${languageId ?? ""}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}

/** A code fence that no line of this text ends. */
export function fenceAround(text: string): string {
  const longest = [...text.matchAll(/`{3,}/g)].reduce((length, [run]) => Math.max(length, run.length), 2);
  return "`".repeat(longest + 1);
}
