import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { errorReason } from "./error-reason.ts";

/**
 * Replaces a file as a whole: readers see the old content or the new, also after a power cut.
 * The temporary file stands beside it, since a rename is atomic within one file system only.
 *
 * @throws MeshError `folder_unwritable`
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    // What went wrong first is what matters.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new MeshError("folder_unwritable", { path: dirname(path), reason: errorReason(cause) }, { cause });
  }
}
