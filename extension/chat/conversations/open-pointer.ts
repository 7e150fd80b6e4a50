import { readFile } from "node:fs/promises";
import * as z from "zod";
import { writePrivateFileNow } from "../../platform/private-file.ts";

const pointerSchema = z.object({ format: z.literal(0), content: z.object({ open: z.uuid().nullable() }) });

/**
 * Which conversation of a workspace was open last. A file beside the conversations: what the editor remembers for a
 * workspace may be some seconds old when a window in a browser is loaded anew.
 */
export class OpenPointer {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Null when none was, or nobody knows. */
  async read(): Promise<string | null> {
    try {
      return pointerSchema.parse(JSON.parse(await readFile(this.#path, "utf8"))).content.open;
    } catch {
      // Not there yet, or damaged: then a window begins with a new conversation.
      return null;
    }
  }

  /** At once: it is small, written seldom, and the window may close. @throws MeshError `folder_unwritable` */
  write(open: string | null): void {
    writePrivateFileNow(this.#path, `${JSON.stringify({ format: 0, content: { open } })}\n`);
  }
}
