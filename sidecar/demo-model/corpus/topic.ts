/**
 * One subject that the demo model can talk about.
 *
 * A keyword selects the topic when it stands in the newest user message. Keywords have three levels, because ordinary
 * words occur in many questions ("model", "machine") while others say at once what is meant ("privacy", "GPU"): a
 * strong keyword beats an ordinary one and that beats a faint one, wherever they stand; on one level the last one wins.
 *
 * Each level is one string of words separated by spaces. A word is matched in the spelling given here, in lower case and
 * with a capital first letter.
 */
export interface Topic {
  readonly id: string;
  readonly strong?: string;
  readonly ordinary?: string;
  readonly faint?: string;
  /** The first answer is given at temperature 0; the others come up when the caller samples. */
  readonly answers: readonly [string, ...string[]];
}
