import { strayClosers } from "./open-brackets.ts";

/** More than a person takes in at a glance hides more than it helps. */
const maxLines = 16;
const closing = /^\s*(?:[)\]}]|end\b|<\/|fi\b|done\b|esac\b)/;

/** Width of what a line begins with; a tab counts as four. */
const indentation = (line: string): number => {
  const blank = /^[ \t]*/.exec(line)?.[0] ?? "";
  return [...blank].reduce((width, character) => width + (character === "\t" ? 4 : 1), 0);
};

/** Whether the line closes nothing that was open before the gap's own line. */
const closesOwn = (beginning: string, lines: readonly string[], line: string): boolean => {
  const before = beginning + lines.join("\n");
  return strayClosers(`${before}\n${line}`) === strayClosers(before);
};

/**
 * Cuts a text of several lines where the block ends that it belongs to: before a line that stands further left than the
 * one it begins in; behind the bracket that closes what it has opened; at a blank line where it has opened nothing.
 *
 * @param beginning what stands before the gap in its line
 */
export function cutBlock(text: string, beginning: string): string {
  const [first = "", ...rest] = text.split("\n");
  const base = indentation(beginning.trim() === "" ? beginning + first : beginning);
  const kept = [first];
  let wentDeeper = false;
  for (const line of rest.slice(0, maxLines - 1)) {
    const isBlank = line.trim() === "";
    const depth = indentation(line);
    if (isBlank && !wentDeeper && kept.some((each) => each.trim() !== "")) break;
    if (!isBlank && depth < base) break;
    if (!isBlank && depth === base && wentDeeper) {
      if (closing.test(line) && closesOwn(beginning, kept, line)) kept.push(line);
      break;
    }
    wentDeeper ||= !isBlank && depth > base;
    kept.push(line);
  }
  return kept.join("\n").trimEnd();
}
