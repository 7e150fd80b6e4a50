import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** How long a download that nobody goes on with is kept, in milliseconds. */
const keepMs = 30 * 24 * 60 * 60 * 1000;

/** Removes what is left of downloads that nobody has gone on with: the disk would fill with them unseen. */
export async function forgetOldPartials(stagingFolder: string, now = Date.now()): Promise<void> {
  const names = await readdir(stagingFolder).catch(() => []);
  for (const name of names.filter((each) => /^[0-9a-f]{32}\.(part|json)$/.test(each))) {
    const path = join(stagingFolder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > keepMs) await rm(path, { force: true });
  }
}
