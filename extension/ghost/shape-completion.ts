import { cutBlock } from "./cut-block.ts";
import { strayClosers } from "./open-brackets.ts";
import { trimOverlap } from "./trim-overlap.ts";

/** A model's text for a gap, and where the gap is. Line endings are plain line feeds. */
export interface RawCompletion {
  readonly text: string;
  /** What ended it: the model itself or a stop text, the limit of its length, or the deadline. */
  readonly end: "stop" | "length" | "deadline";
  /** What stands before the gap in its line, and all that stands behind it. */
  readonly beginning: string;
  readonly suffix: string;
  readonly isOneLine: boolean;
}

/**
 * What models write around gaps, at ends and between files. The engine ends at them; servers may let them through as
 * text. None of them is code, however it is written.
 */
const control =
  /<\|[\w-]{2,40}\|>|<｜[^｜<>]{2,40}｜>|<\/?fim[_-]\w+>|▁?<(?:PRE|SUF|MID|EOT)>|\[(?:PREFIX|SUFFIX|MIDDLE)\]|<\/s>|<EOT>/;
/** A line with something to say: a closing bracket stands behind many gaps. */
const telling = /[\p{L}\p{N}_].*[\p{L}\p{N}_]/u;

/** The text to show in a gap; null when there is none that would help. Never repeats what stands behind the gap. */
export function shapeCompletion({ text, end, beginning, suffix, isOneLine }: RawCompletion): string | null {
  const plain = (text.replaceAll("\r\n", "\n").split(control, 1)[0] ?? "").replaceAll("\u0000", "");
  const rest = suffix.split("\n", 1)[0] ?? "";
  // What would stand behind the rest of a line belongs to the next one.
  const wanted = isOneLine || rest.trim() !== "" ? (plain.split("\n", 1)[0] ?? "") : cutBlock(plain, beginning);
  const isCut = end !== "stop" && !plain.endsWith("\n") && plain.trimEnd() === wanted.trimEnd();
  const complete = isCut ? withoutBrokenEnd(wanted, end) : wanted;
  const once = trimOverlap(withoutRepeatedLines(complete, suffix), suffix);
  const shown = withoutSecondIndent(once, beginning);
  const ended = rest === "" ? shown.trimEnd() : shown;
  // Blank lines in front of what is there already are no help.
  if (ended.trim() === "" || suffix.startsWith(ended)) return null;
  return ended;
}

/** Drops the line that the model was stopped in; of a single one, the word, or all when it was simply too slow. */
function withoutBrokenEnd(text: string, end: RawCompletion["end"]): string {
  const lastBreak = text.lastIndexOf("\n");
  if (lastBreak >= 0) return text.slice(0, lastBreak);
  return end === "deadline" ? "" : text.replace(/[\p{L}\p{N}_$]*$/u, "");
}

/** Ends where the lines begin that stand behind the gap already. */
function withoutRepeatedLines(text: string, suffix: string): string {
  const next = suffix
    .split("\n")
    .slice(1)
    .find((line) => line.trim() !== "");
  if (next === undefined) return text;
  const lines = text.split("\n");
  const repeated = lines.findIndex((line, index) => {
    if (index === 0 || line.trimEnd() !== next.trimEnd()) return false;
    const upTo = lines.slice(0, index + 1).join("\n");
    return telling.test(line) || strayClosers(upTo) > 0;
  });
  return repeated < 0 ? text : lines.slice(0, repeated).join("\n");
}

/** Some models write the whole line, with the blanks that stand there already. */
const withoutSecondIndent = (text: string, beginning: string): string =>
  beginning !== "" && beginning.trim() === "" && text.startsWith(beginning) ? text.slice(beginning.length) : text;
