import type { Attachment } from "./attachment.ts";
import { type Exchange, type PromptMessage, type PromptParts, promptMessages } from "./prompt-parts.ts";

export interface PlanCutOptions {
  /** Tokens that the prompt may have at most. */
  readonly limitTokens: number;
  readonly count: (messages: readonly PromptMessage[]) => Promise<number>;
}

/** An attachment of which less goes along. */
export interface ShortenedAttachment {
  readonly attachment: Attachment;
  readonly lines: number;
  /** 0: it is left out. */
  readonly keptLines: number;
}

export interface CutPlan {
  /** The whole prompt's length. */
  readonly promptTokens: number;
  /** What would be sent; null when even the question alone is too long. */
  readonly kept: PromptParts | null;
  readonly leftOut: readonly Exchange[];
  readonly shortened: readonly ShortenedAttachment[];
}

/**
 * The least to leave out of a prompt so that it fits: whole exchanges, the oldest first, and only when none is left, lines
 * of the longest attachments. The system prompt and the question stay as they are. Each count is a question to the model,
 * so what fits is searched by halves.
 */
export async function planCut(parts: PromptParts, options: PlanCutOptions): Promise<CutPlan> {
  const { limitTokens, count } = options;
  const { exchanges, attachments } = parts;
  const promptTokens = await count(promptMessages(parts));
  if (promptTokens <= limitTokens) return { promptTokens, kept: parts, leftOut: [], shortened: [] };
  const fits = async (kept: PromptParts): Promise<boolean> => (await count(promptMessages(kept))) <= limitTokens;

  const without = (oldest: number): PromptParts => ({ ...parts, exchanges: exchanges.slice(oldest) });
  // None at all is known to be too few.
  const oldest = await smallest(1, exchanges.length, (number) => fits(without(number)));
  if (oldest !== undefined) {
    return { promptTokens, kept: without(oldest), leftOut: exchanges.slice(0, oldest), shortened: [] };
  }

  const alone = without(exchanges.length);
  const longest = Math.max(0, ...attachments.map(lineCount));
  const withLines = (most: number): PromptParts => ({ ...alone, attachments: shorten(attachments, most) });
  const cutLines = await smallest(1, longest, (number) => fits(withLines(longest - number)));
  if (cutLines === undefined) return { promptTokens, kept: null, leftOut: exchanges, shortened: [] };
  const most = longest - cutLines;
  const shortened = attachments
    .filter((attachment) => lineCount(attachment) > most)
    .map((attachment) => ({ attachment, lines: lineCount(attachment), keptLines: most }));
  return { promptTokens, kept: withLines(most), leftOut: exchanges, shortened };
}

/** The smallest number from `least` to `most` for which it holds; it then holds for all above. Undefined: for none. */
async function smallest(
  least: number,
  most: number,
  holds: (number: number) => Promise<boolean>,
): Promise<number | undefined> {
  if (least > most || !(await holds(most))) return undefined;
  let low = least;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Each has at most so many lines; those with none of them are not there. Pictures stay. */
const shorten = (attachments: readonly Attachment[], most: number): Attachment[] =>
  attachments.flatMap((attachment) => {
    const lines = linesOf(attachment);
    if (lines.length <= most) return [attachment];
    if (most === 0) return [];
    // What a terminal has said last is what people ask about.
    const isTail = attachment.kind === "terminal";
    const kept = isTail ? lines.slice(-most) : lines.slice(0, most);
    const which = isTail ? "last" : "first";
    return [
      {
        ...attachment,
        detail: `${attachment.detail} (the ${which} ${most} of ${lines.length} lines)`,
        text: kept.join(""),
      },
    ];
  });

const lineCount = (attachment: Attachment): number => linesOf(attachment).length;

/** Lines with their ends. A picture has none. */
const linesOf = ({ text }: Attachment): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
