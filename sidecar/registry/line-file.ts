import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** What is read at once: many lines, and little memory. */
const pieceBytes = 64 * 1024;
/** Longer than any honest line; what is longer is left out, in pieces. */
const maxLineBytes = 4 * 1024 * 1024;
const lineEnd = 0x0a;

/** How many line ends a file has, and whether it ends with one. One that is missing has none, and is whole. */
export async function countLines(path: string): Promise<{ readonly lines: number; readonly isWhole: boolean }> {
  let lines = 0;
  let last = lineEnd;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>) {
      for (let at = piece.indexOf(lineEnd); at >= 0; at = piece.indexOf(lineEnd, at + 1)) lines++;
      last = piece.at(-1) ?? last;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return { lines, isWhole: last === lineEnd };
}

/**
 * The lines of a file, the last one first, as far as somebody wants to read: a page of the newest costs the same however
 * long the file is. What is added meanwhile is not seen.
 */
export async function* linesFromEnd(file: FileHandle): AsyncGenerator<string> {
  let { size: position } = await file.stat();
  /** The beginning of what is behind `position`: the end of a line whose beginning has not been read yet. */
  let rest: Buffer = Buffer.alloc(0);
  while (position > 0) {
    const length = Math.min(pieceBytes, position);
    position -= length;
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length), length, position });
    const known: Buffer = Buffer.concat([buffer.subarray(0, bytesRead), rest]);
    let end = known.length;
    for (let at = known.lastIndexOf(lineEnd, end - 1); at >= 0; at = lastBefore(known, at)) {
      if (at + 1 < end) yield known.toString("utf8", at + 1, end);
      end = at;
    }
    rest = end > maxLineBytes ? Buffer.alloc(0) : known.subarray(0, end);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

/** `lastIndexOf` counts from the end for numbers below zero. */
const lastBefore = (bytes: Buffer, at: number): number => (at === 0 ? -1 : bytes.lastIndexOf(lineEnd, at - 1));
