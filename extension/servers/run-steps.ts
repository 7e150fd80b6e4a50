/** Where a step stands: what its title counts, and whether there is a step before it. */
export interface StepPlace {
  /** From 1. */
  readonly number: number;
  readonly count: number;
}

export type StepOutcome = "next" | "back" | "cancel";

/** Asks one thing and puts the answer into the draft, where it is found again when a person comes back. */
export type Step<Draft> = (draft: Draft, place: StepPlace) => Promise<StepOutcome>;

/** Walks through steps both ways, from one of them on. False when the person has turned away. */
export async function runSteps<Draft>(steps: readonly Step<Draft>[], draft: Draft, from = 0): Promise<boolean> {
  for (let index = from; index < steps.length; ) {
    const outcome = await steps[index]?.(draft, { number: index + 1, count: steps.length });
    if (outcome === "cancel") return false;
    index = outcome === "back" ? Math.max(0, index - 1) : index + 1;
  }
  return true;
}
