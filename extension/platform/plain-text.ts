/**
 * Characters that change how the text around them is read or drawn: controls, format characters (bidirectional marks
 * and overrides, zero-width characters, tags, the byte order mark), blank letters, line and paragraph separators.
 */
const deceptive = /\p{Cc}|\p{Cf}|[\u115f\u1160\u2028\u2029\u3164\uffa0]|\u034f|[\u{e0000}-\u{e0fff}]/gu;

/**
 * A name from elsewhere (a file, a peer) as one short line of harmless text. Editors draw labels as text, so markup is
 * inert already; what must go is whatever reorders, hides or floods.
 */
export function plainText(text: string, maxCharacters = 80): string {
  // Cut twice: before cleaning, so that ten kilobytes cost nothing, and after it, to the length that fits.
  const cleaned = text
    .slice(0, maxCharacters * 4)
    .replace(deceptive, " ")
    .replace(/\s+/g, " ")
    // Pickers and the status bar draw "$(name)" as an icon, notifications make "[text](target)" a link.
    .replaceAll("$(", "$ (")
    .replaceAll("](", "] (")
    .trim();
  const characters = [...cleaned];
  if (characters.length <= maxCharacters && text.length <= maxCharacters * 4) return cleaned;
  return `${characters.slice(0, maxCharacters - 1).join("")}…`;
}

/** The same for Markdown that the editor renders: nothing in it is markup, a link or an icon. */
export function markdownText(text: string, maxCharacters = 80): string {
  return plainText(text, maxCharacters).replace(/[\\`*_{}[\]()#+\-.!<>|~$&:@/]/g, "\\$&");
}
