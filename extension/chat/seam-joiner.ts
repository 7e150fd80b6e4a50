/** How much of the end of a text is looked for at the beginning of its continuation, in characters. */
const tailCharacters = 600;
/** A repetition without a word in it, such as brackets or digits, counts only from this length on: code repeats those truly. */
const plainOverlap = 16;
/** Until a preface is told from an answer, this many characters are held at most. */
const maxPreface = 160;

const wordCharacter = /[\p{L}\p{N}_]/u;
/** What models say before they go on. */
const preface =
  /^(?:sure|certainly|of course|okay|ok|continuing|here(?:'s| is))\b[^\n]{0,120}(?::|\.{1,3}|…|!)[^\S\n]{0,4}\n/i;
const mayBePreface = /^[soch.…]/i;
const ellipsis = /^(?:\.{3}|…)\s*/;
const reopenedFence = /^(?:`{3,}|~{3,})[^\S\n]{0,4}[\w+#.-][^\n`]*\n/;

/**
 * Joins an answer that broke off with its continuation by a model that was asked to go on in a message of its own. Such
 * models repeat the last words, begin with a preface, open the code fence again, or begin the whole answer anew: all of
 * that is left out, and what is really new is handed on as soon as it is certain.
 */
export class SeamJoiner {
  readonly #seam: Seam;
  #held = "";
  #isJoined = false;

  constructor(before: string) {
    this.#seam = new Seam(before);
  }

  /** More of the continuation has come; what can be added to the answer now. */
  push(piece: string): string {
    if (this.#isJoined) return piece;
    this.#held += piece;
    return this.#seam.isUndecided(this.#held) ? "" : this.end();
  }

  /** The continuation has ended; the rest of it. */
  end(): string {
    if (this.#isJoined) return "";
    this.#isJoined = true;
    return this.#seam.join(this.#held);
  }
}

/** What a whole continuation adds to a text. */
export const joinSeam = (before: string, continuation: string): string => new Seam(before).join(continuation);

/** The end of a text that broke off, and what may follow it. */
class Seam {
  readonly #before: string;
  readonly #isInFence: boolean;
  /** Where the continuation may begin to repeat, the longest repetition first; `0` is the whole answer once more. */
  readonly #starts: readonly number[];

  constructor(before: string) {
    this.#before = before;
    this.#isInFence = endsInFence(before);
    this.#starts = repetitionStarts(before);
  }

  /** Whether more of the continuation could still change what of it is left out. */
  isUndecided(continuation: string): boolean {
    const beginning = continuation.trimStart();
    const readings = this.#readings(continuation);
    if (readings.at(-1)?.trim() === "") return true;
    if (isOneLine(beginning) && mayBePreface.test(beginning)) return true;
    const meant = withoutPreface(continuation).trimStart();
    if (isOneLine(meant) && (this.#isInFence ? /^(?:[`~]|\.{1,2}$)/ : /^\.{1,2}$/).test(meant)) return true;
    return readings.some((text) =>
      this.#starts.some((start) => text.length < this.#before.length - start && this.#before.startsWith(text, start)),
    );
  }

  join(continuation: string): string {
    for (const text of this.#readings(continuation)) {
      const start = this.#starts.find((each) => text.startsWith(this.#before.slice(each)));
      if (start !== undefined) return text.slice(this.#before.length - start);
    }
    const text = this.#withoutFence(withoutPreface(continuation));
    return `${this.#isInFence ? "" : seamSpace(this.#before, text)}${text}`;
  }

  /** The continuation as it is, and as it is meant. */
  #readings(continuation: string): string[] {
    const meant = withoutPreface(continuation).trimStart();
    return [...new Set([continuation, meant, this.#withoutFence(meant)])];
  }

  #withoutFence(text: string): string {
    return this.#isInFence ? text.replace(reopenedFence, "") : text;
  }
}

const isOneLine = (text: string): boolean => !text.includes("\n") && text.length < maxPreface;

function withoutPreface(text: string): string {
  const beginning = text.trimStart();
  const rest = beginning.replace(preface, "").replace(/^\n+/, "").replace(ellipsis, "");
  return rest === beginning ? text : rest;
}

function repetitionStarts(before: string): number[] {
  const starts: number[] = isRepetition(before) ? [0] : [];
  for (let index = Math.max(1, before.length - tailCharacters); index < before.length; index++) {
    const isInWord = wordCharacter.test(before.charAt(index - 1)) && wordCharacter.test(before.charAt(index));
    if (!isInWord && isRepetition(before.slice(index))) starts.push(index);
  }
  return starts;
}

/** Whether this text at the seam is twice there by mistake: it begins with a word of three letters, or is long. */
const isRepetition = (text: string): boolean =>
  text.length >= plainOverlap || /^[^\p{L}\p{N}]{0,2}\p{L}{3,}/u.test(text);

/** True where a code fence is open at the end of the text. */
function endsInFence(text: string): boolean {
  let open = "";
  for (const line of text.split("\n")) {
    const run = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (run === "") continue;
    if (open === "") open = run;
    else if (run.startsWith(open) && line.trim() === run) open = "";
  }
  return open !== "";
}

/** A continuation that is a message of its own begins without the space that stood before its first word. */
function seamSpace(before: string, after: string): string {
  const isTight = /[\p{L}\p{N}.,;:!?)\]"'*]$/u.test(before) && /^[\p{L}\p{N}("'*[]/u.test(after);
  return isTight ? " " : "";
}
