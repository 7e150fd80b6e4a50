/** What a ratio, ours to llama-server's, must hold. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One figure of both. */
export interface Comparison {
  /** Its name in the JSON line. */
  readonly key: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** Figures without one are there to explain the others. */
  readonly target?: Target;
}

/** The same measurement of both, in the order of the rounds. */
export interface Measured<T> {
  readonly ours: readonly T[];
  readonly theirs: readonly T[];
}

export const ratioOf = ({ ours, theirs }: Comparison): number => ours / theirs;

export function isMet(comparison: Comparison): boolean {
  const { target } = comparison;
  if (target === undefined) return true;
  const ratio = ratioOf(comparison);
  return "atLeast" in target ? ratio >= target.atLeast : ratio <= target.atMost;
}

export interface Summary<T> extends Pick<Comparison, "key" | "what" | "unit"> {
  /** The rounds' figure. */
  readonly figure: (round: T) => number;
  /** What becomes of the rounds' figures. */
  readonly over: (figures: readonly number[]) => number;
  readonly target?: Target;
}

/** One line of the table out of all rounds. */
export function summarise<T>(measured: Measured<T>, { figure, over, ...line }: Summary<T>): Comparison {
  return { ...line, ours: over(measured.ours.map(figure)), theirs: over(measured.theirs.map(figure)) };
}
