/** Longer texts seldom come again. In bytes. */
const longest = 64;
const slotCount = 256;
const slots: string[] = Array.from({ length: slotCount }, () => "");

/**
 * A text of one byte per character. Names of fields and models come with every request: those that have come before are
 * found by their bytes, which costs less than the call that makes a string of them.
 */
export function shortText(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length <= 0 || length > longest) return bytes.toString("latin1", start, end);
  const slot = ((bytes[start] as number) * 31 + (bytes[end - 1] as number) * 7 + length) % slotCount;
  const known = slots[slot] as string;
  if (known.length === length && isAt(known, bytes, start)) return known;
  const text = bytes.toString("latin1", start, end);
  slots[slot] = text;
  return text;
}

function isAt(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
