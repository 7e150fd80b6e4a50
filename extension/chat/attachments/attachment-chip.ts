import type { AttachmentChip } from "../../../contract/webview/chat-turns.ts";
import { plainText } from "../../platform/plain-text.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Attachment } from "./attachment.ts";
import type { TokenCount } from "./token-counts.ts";

export interface ChipOptions {
  readonly t: Translate;
  /** Undefined until it is counted. */
  readonly count?: TokenCount | undefined;
  /** Of the model that is asked; true where none is chosen yet. */
  readonly seesImages: boolean;
}

/** A larger picture is sent to the page as no picture: each change of the composer would carry it. */
const maxThumbnailCharacters = 400_000;

/** An attachment as the view shows it. */
export function attachmentChip(attachment: Attachment, { t, count, seesImages }: ChipOptions): AttachmentChip {
  const { id, kind, label, detail, image } = attachment;
  const isImage = image !== null;
  return {
    id,
    kind,
    label: plainText(label, 60),
    detail: plainText(detail, 300),
    tokens: isImage ? null : (count?.tokens ?? null),
    isExact: !isImage && (count?.isExact ?? false),
    thumbnail: isImage && image.length <= maxThumbnailCharacters ? image : null,
    problem: isImage && !seesImages ? t("The chosen model sees no pictures.") : null,
  };
}
