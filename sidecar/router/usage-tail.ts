/** What a backend has counted. */
export interface Usage {
  readonly promptTokens: number;
  /** Null where it does not tell. */
  readonly cachedTokens: number | null;
  readonly completionTokens: number;
}

const name = Buffer.from('"usage"');
const last = name.length - 1;
const quote = 0x22;
/** How far a search may move on from a byte below the name's end, so that it passes over nothing (Horspool). */
const skips = new Uint8Array(256).fill(name.length);
for (let index = 0; index < last; index++) skips[name[index] as number] = last - index;
/** In longer pieces the native search is faster, in bytes; in an event its call alone takes longer than this one. */
const longestEvent = 2048;
/** Counts take no more than this. */
const usageBytes = 1024;
/** No honest count is longer than nine digits. */
const promptTokens = /"prompt_tokens"\s*:\s*(\d{1,9})(?!\d)/;
const cachedTokens = /"cached_tokens"\s*:\s*(\d{1,9})(?!\d)/;
const completionTokens = /"completion_tokens"\s*:\s*(\d{1,9})(?!\d)/;

/**
 * Finds the token counts in an answer as it passes. It keeps the piece that has them and the one behind it, and nothing
 * else: a piece that is kept keeps the whole block alive that it was cut from, and a thousand streams have many.
 */
export class UsageTail {
  #found: Buffer | undefined;
  #next: Buffer | undefined;

  push(bytes: Buffer): void {
    if (holdsName(bytes)) {
      this.#found = bytes;
      this.#next = undefined;
    } else if (this.#found !== undefined) {
      this.#next ??= bytes;
    }
  }

  /** Null where the answer does not end with counts. They come from elsewhere, so that only plausible ones are taken. */
  read(): Usage | null {
    if (this.#found === undefined) return null;
    const at = this.#found.lastIndexOf(name);
    const rest = this.#next?.toString("latin1", 0, usageBytes) ?? "";
    const usage = this.#found.toString("latin1", at, at + usageBytes) + rest;
    const prompt = count(usage, promptTokens);
    if (prompt === null) return null;
    return {
      promptTokens: prompt,
      cachedTokens: count(usage, cachedTokens),
      completionTokens: count(usage, completionTokens) ?? 0,
    };
  }
}

function holdsName(bytes: Buffer): boolean {
  const { length } = bytes;
  if (length > longestEvent) return bytes.includes(name);
  for (let end = last; end < length; ) {
    const byte = bytes[end] as number;
    if (byte === quote && isNameAt(bytes, end - last)) return true;
    end += skips[byte] as number;
  }
  return false;
}

/** But for the last byte, which has been seen. */
function isNameAt(bytes: Buffer, start: number): boolean {
  for (let index = last - 1; index >= 0; index--) if (bytes[start + index] !== name[index]) return false;
  return true;
}

const count = (text: string, pattern: RegExp): number | null => {
  const match = pattern.exec(text);
  return match?.[1] === undefined ? null : Number(match[1]);
};
