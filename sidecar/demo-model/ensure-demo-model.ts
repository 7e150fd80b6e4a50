import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { demoModelFileName, demoModelVersion, demoSizeKey, demoVersionKey, makeDemoModel } from "./make-demo-model.ts";

/** The version and size keys are the first entries of the file, well within this. */
const headBytes = 512;

/** Readable by all, as the other files of an installation are. */
const fileMode = 0o644;

/**
 * Puts the demo model into the models folder unless it is there already, whole and of this version. Returns its path
 * and whether it was made now.
 *
 * Looking costs one small read; making takes about a second of processor time on the calling thread. Other processes see
 * either no file, the old one or the whole new one.
 *
 * @throws MeshError `folder_unwritable`; and what the file system throws for a file that is there but unreadable
 */
export async function ensureDemoModel(modelsFolder: string): Promise<{ path: string; made: boolean }> {
  const path = join(modelsFolder, demoModelFileName);
  if (await isCurrent(path)) return { path, made: false };
  await mkdir(modelsFolder, { recursive: true });
  await writeFileAtomic(path, makeDemoModel(), fileMode);
  return { path, made: true };
}

/** A file of this version whose size is the one that it states itself; a version alone would also pass half a file. */
async function isCurrent(path: string): Promise<boolean> {
  const beginning = await readBeginning(path);
  if (beginning === undefined) return false;
  const version = stringAfter(beginning.head, demoVersionKey);
  return version === demoModelVersion() && sizeAfter(beginning.head, demoSizeKey) === BigInt(beginning.sizeBytes);
}

async function readBeginning(path: string): Promise<{ head: Buffer; sizeBytes: number } | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const head = Buffer.alloc(headBytes);
      await file.read(head, 0, headBytes, 0);
      return { head, sizeBytes: (await file.stat()).size };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Behind a key come four bytes of value type; a string then has eight bytes of length. */
function stringAfter(head: Buffer, key: string): string | undefined {
  const start = valueStart(head, key);
  if (start === undefined) return undefined;
  const length = Number(head.readBigUInt64LE(start));
  return head.subarray(start + 8, start + 8 + length).toString("utf8");
}

function sizeAfter(head: Buffer, key: string): bigint | undefined {
  const start = valueStart(head, key);
  return start === undefined ? undefined : head.readBigUInt64LE(start);
}

/** Where a key's value starts; undefined when the key or its first eight bytes of value are not in the head. */
function valueStart(head: Buffer, key: string): number | undefined {
  const keyStart = head.indexOf(key);
  const start = keyStart + key.length + 4;
  return keyStart < 0 || start + 8 > head.length ? undefined : start;
}
