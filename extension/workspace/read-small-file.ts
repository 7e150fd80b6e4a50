import { constants } from "node:fs";
import { open } from "node:fs/promises";

/**
 * The text of a file on this machine, without asking the editor's window for it: that takes ten times as long.
 *
 * @returns null when there is none
 * @throws with a `code` when it cannot be read, is no file, or is longer than `maxBytes`
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<string | null> {
  // Opening a pipe that nobody writes to would wait for its writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const found = await file.stat();
    // A committed link may lead to a device that never ends.
    if (!found.isFile() || found.size > maxBytes) throw notSmall();
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) return bytes.toString("utf8", 0, length);
      length += bytesRead;
      // It may have grown since.
      if (length > maxBytes) throw notSmall();
    }
  } finally {
    await file.close();
  }
}

export const notSmall = (): Error => Object.assign(new Error("not a small file"), { code: "not a small file" });
