import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The most entries of one program's folder that are looked at: a folder without end must not hold up a listing. */
const maxEntries = 5000;

/**
 * The files that lie exactly `depth` folders below a root, or at any depth up to it. Links to folders are not followed, so
 * that a circle ends; folders that cannot be read count as empty, since they are another program's.
 */
export async function walkFiles(root: string, depth: number, isExact: boolean): Promise<string[]> {
  const files: string[] = [];
  let folders = [root];
  let seen = 0;
  for (let level = 0; level <= depth; level++) {
    const below: string[] = [];
    for (const folder of folders) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (++seen > maxEntries) return files;
        const path = join(folder, entry.name);
        if (entry.isDirectory()) below.push(path);
        else if ((!isExact || level === depth) && (entry.isFile() || entry.isSymbolicLink())) files.push(path);
      }
    }
    folders = below;
  }
  return files;
}
