/**
 * Characters that change how the text around them is read or drawn: controls, format characters (bidirectional marks and
 * overrides, zero-width characters, tags), blank letters, line and paragraph separators.
 */
const deceptive = /\p{Cc}|\p{Cf}|[\u115f\u1160\u2028\u2029\u3164\uffa0]|\u034f|[\u{e0000}-\u{e0fff}]/gu;

/**
 * A name from elsewhere as one short line. This page makes no markup of text, and isolates the direction of names; what
 * must still go is whatever reorders, hides or floods.
 */
export function plainName(text: string, maxCharacters = 80): string {
  // Cut twice: before cleaning, so that ten kilobytes cost nothing, and after it, to the length that fits.
  const cleaned = text
    .slice(0, maxCharacters * 4)
    .replace(deceptive, " ")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...cleaned];
  if (characters.length <= maxCharacters && text.length <= maxCharacters * 4) return cleaned;
  return `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
