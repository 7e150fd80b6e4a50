import type { SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { Answer, Answers } from "./answer-delta.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { mergeAnswers } from "./merge-answers.ts";
import type { SequenceLease } from "./sequence-pool.ts";

const busy = ({ id, sequences }: LoadedModel): MeshError =>
  new MeshError("engine_busy", { model: id, parallel: sequences.size });

/**
 * @param count answers that one request wants
 * @throws MeshError `engine_busy`; `invalid_field` when there will never be so many places
 */
export function checkPlaces(loaded: LoadedModel, count: number): void {
  const { size, inUse } = loaded.sequences;
  if (count > size) {
    throw new MeshError("invalid_field", { field: "n", problem: `this model answers at most ${size} at a time` });
  }
  if (inUse + count > size) throw busy(loaded);
}

/** How many tokens an answer may have. @throws MeshError `context_length_exceeded` */
export function answerRoom({ id, contextTokens }: LoadedModel, promptTokens: number): number {
  const room = contextTokens - promptTokens;
  if (room < 1) throw new MeshError("context_length_exceeded", { model: id, promptTokens, contextTokens });
  return room;
}

export const stopTexts = (stop: string | readonly string[] | null | undefined): readonly string[] =>
  typeof stop === "string" ? [stop] : (stop ?? []);

export interface LeasedAnswers {
  readonly loaded: LoadedModel;
  readonly promptTokens: readonly Token[];
  /** One for each answer. */
  readonly samplings: readonly SequenceEvaluateOptions[];
}

/** Takes a place for each answer, all or none, and gives them back whatever happens. */
export async function* withLeases(
  { loaded, promptTokens, samplings }: LeasedAnswers,
  start: (lease: SequenceLease, sampling: SequenceEvaluateOptions) => Answer,
): Answers {
  const leases: SequenceLease[] = [];
  try {
    const answers = samplings.map((sampling) => {
      const lease = loaded.sequences.acquire(promptTokens);
      if (lease === undefined) throw busy(loaded);
      leases.push(lease);
      return start(lease, sampling);
    });
    return yield* mergeAnswers(answers);
  } finally {
    for (const lease of leases) lease.release();
  }
}
