import { lstat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { errorReason } from "../../platform/error-reason.ts";

/**
 * Deletes files of the models folder, and returns how many bytes that freed. A link goes, and what it leads to stays; a
 * file that has another name elsewhere stays under that.
 *
 * @throws MeshError `folder_unwritable`
 */
export async function deleteFiles(folder: string, paths: readonly string[]): Promise<number> {
  let freedBytes = 0;
  for (const path of paths) {
    if (dirname(path) !== folder) throw new RangeError("Only files of the models folder may be deleted");
    try {
      const found = await lstat(path);
      await unlink(path);
      if (found.isFile() && found.nlink === 1) freedBytes += found.size;
    } catch (cause) {
      // A part that is missing already is as it should be.
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw new MeshError("folder_unwritable", { path: folder, reason: errorReason(cause) }, { cause });
    }
  }
  return freedBytes;
}
