import type { MeshError } from "../../contract/errors/mesh-error.ts";
import type { FinishReason } from "../../contract/openai/chat.ts";
import type { Vote } from "../../contract/webview/compare.ts";
import type { ColumnState } from "../../contract/webview/compare-columns.ts";
import type { CompareQuestion, Contender } from "../../contract/webview/compare-setup.ts";

/** One answer of a run. */
export interface ColumnAnswer {
  readonly id: string;
  readonly contender: Contender;
  readonly state: ColumnState;
  readonly text: string;
  readonly reasoning: string;
  /** Its place among those that wait for a busy model; 1 is next, null while it does not wait. */
  readonly queuePosition: number | null;
  readonly finishReason: FinishReason | null;
  /** Null when the backend did not report them, or the answer did not come to its end. */
  readonly completionTokens: number | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number | null;
  readonly error: MeshError | null;
  /** The backend that has answered; null until it is known. */
  readonly answeredBy: string | null;
}

/** One question to all columns, with what became of it. Replaced, never changed. */
export interface Run {
  readonly question: CompareQuestion;
  /** In the order in which they are shown. */
  readonly columns: readonly ColumnAnswer[];
  /** Always so where it is not blind. */
  readonly isRevealed: boolean;
  readonly vote: Vote | null;
}

export const newColumn = (id: string, contender: Contender): ColumnAnswer => ({
  id,
  contender,
  state: "queued",
  text: "",
  reasoning: "",
  queuePosition: null,
  finishReason: null,
  completionTokens: null,
  firstTokenMs: null,
  totalMs: null,
  error: null,
  answeredBy: null,
});

/** True until the answer has ended, however it ends. */
export const isOpen = ({ state }: Pick<ColumnAnswer, "state">): boolean =>
  state === "queued" || state === "waiting" || state === "streaming";

/** The answers that a vote is about: whatever has words, also when it was stopped. */
export const votable = ({ columns }: Run): readonly ColumnAnswer[] =>
  columns.filter((column) => !isOpen(column) && column.state !== "failed" && column.text !== "");

/** A vote can be given: nobody is named yet, all have ended, and there are two to choose from. */
export const isVoteOpen = (run: Run): boolean =>
  !run.isRevealed && !run.columns.some(isOpen) && votable(run).length > 1;

/** Another order, each as likely. `random` gives numbers from 0 to below 1. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
