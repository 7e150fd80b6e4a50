import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/**
 * Replaces a file of this user's alone as a whole: readers see the old content or the new. Its folder is made if needed.
 *
 * @throws MeshError `folder_unwritable`
 */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "wx", 0o600);
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
    throw fileProblem(path, cause);
  }
}

/** The same at once, for a window that closes and waits for nobody. @throws MeshError `folder_unwritable` */
export function writePrivateFileNow(path: string, content: string): void {
  const temporary = temporaryName(path);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, content, { flag: "wx", mode: 0o600 });
    renameSync(temporary, path);
  } catch (cause) {
    throw fileProblem(path, cause);
  }
}

/** What is wrong with a folder, by the system's own code. */
export function fileProblem(path: string, cause: unknown): MeshError {
  const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
  return new MeshError("folder_unwritable", { path: dirname(path), reason }, { cause });
}

/** Beside the file, since a rename is atomic within one file system only. */
const temporaryName = (path: string): string => `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
