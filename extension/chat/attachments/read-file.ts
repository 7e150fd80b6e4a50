import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { byteSize } from "../../mesh/quantities.ts";
import type { AttachableFile } from "./attachable-file.ts";
import type { Attachment } from "./attachment.ts";
import { imageAddress, imageType, maxImageBytes } from "./image-bytes.ts";
import { notebookText } from "./notebook-text.ts";

/** More text than this is in no model's context, and would be counted in vain. */
export const maxTextBytes = 1_000_000;
/** Formats have their heads there. */
const probedBytes = 8_192;

/**
 * A file's text or picture as it is now, with what nobody has saved yet.
 *
 * @throws MeshError `attachment_unreadable`, `attachment_outside`, `attachment_too_large`, `document_not_text`
 */
export async function readFile(file: AttachableFile, id: string): Promise<Attachment> {
  const common = { id, label: file.name, detail: file.path };
  if (file.unsavedText !== undefined) return asText(file.unsavedText);
  const { bytes: size } = await asked(file, () => file.stat());
  if (await asked(file, () => file.leadsOutside())) throw new MeshError("attachment_outside", { file: file.path });
  // Pictures may be larger than text. Which of both it is, only its bytes say.
  assertSize(file, size, maxImageBytes);
  const bytes = await asked(file, () => file.read());
  const type = imageType(bytes);
  if (type !== undefined) {
    assertSize(file, bytes.byteLength, maxImageBytes);
    return { ...common, kind: "image", text: "", image: imageAddress(type, bytes), languageId: null };
  }
  if (isBinary(bytes)) throw new MeshError("document_not_text", { file: file.name });
  return asText(await asked(file, () => file.decode(bytes)));

  function asText(text: string): Attachment {
    const shown = file.name.endsWith(".ipynb") ? (notebookText(text) ?? text) : text;
    assertSize(file, Buffer.byteLength(shown), maxTextBytes);
    return { ...common, kind: "file", text: shown, image: null, languageId: file.languageId };
  }
}

function assertSize(file: AttachableFile, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new MeshError("attachment_too_large", { file: file.name, size: byteSize(bytes), limit: byteSize(limit) });
}

/** Text has no byte of nought, but where two bytes are a letter: such files say so with their first two. */
function isBinary(bytes: Uint8Array): boolean {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isWide && bytes.subarray(0, probedBytes).includes(0);
}

/** A file system's words may hold anything, also what is in the file: its code alone is told. */
async function asked<T>(file: AttachableFile, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new MeshError("attachment_unreadable", {
      file: file.path,
      problem: typeof code === "string" ? code : "unknown reason",
    });
  }
}
