/** Controls but for line ends and tabs, and the format characters that reorder what follows them. */
const deceptive = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * What a model wrote, with nothing in it that acts unseen: escape sequences of terminals and characters that turn the
 * reading direction around are shown as what they are. So what is copied or put into a file is what a person has read.
 */
export const visibleText = (text: string): string =>
  text.replace(/\r\n?/g, "\n").replace(deceptive, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // Unicode has a picture for each of the old control characters, in the same order.
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
