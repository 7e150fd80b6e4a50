import type { ToCompareView } from "../../../contract/webview/compare.ts";
import type { CompareColumn, CompareRun } from "../../../contract/webview/compare-columns.ts";
import type { TallyView } from "../../../contract/webview/compare-tally.ts";

export type Update = Extract<ToCompareView, { type: "update" }>;

const fox = "A fox is a small animal with a bushy tail.\n\nIt hunts at night, mostly alone.";

/** A column that is complete, but for what is given. */
export const sampleColumn = (id: string, given: Partial<CompareColumn> = {}): CompareColumn => ({
  id,
  title: `model-${id}`,
  detail: "This machine",
  state: "done",
  text: fox,
  reasoning: "",
  progress: "",
  figures: [
    { name: "First token", value: "120 ms", isBest: false },
    { name: "Tokens/s", value: "41", isBest: id === "a" },
    { name: "Tokens", value: "87", isBest: false },
    { name: "Total", value: "2.2 s", isBest: false },
  ],
  isCut: false,
  failure: null,
  isWinner: false,
  ...given,
});

export const sampleRun = (given: Partial<CompareRun> = {}): CompareRun => ({
  index: 0,
  count: 1,
  prompt: "What is a fox?",
  settings: "seed 42 · temperature 0.7 · at most 1024 tokens · at the same time",
  isRunning: false,
  blind: "no",
  outcome: "",
  ...given,
});

export const emptyTally: TallyView = { votes: 0, contenders: [], pairs: [] };

export const sampleTally: TallyView = {
  votes: 5,
  contenders: [
    { name: "Qwen3 4B · This machine", wins: 3, ties: 1, losses: 1, none: 0, share: 60 },
    { name: "gpt-oss-20b · gpu box", wins: 1, ties: 1, losses: 3, none: 0, share: 20 },
  ],
  pairs: [{ a: "Qwen3 4B · This machine", b: "gpt-oss-20b · gpu box", aWins: 3, bWins: 1, ties: 1, none: 0 }],
};

/** Everything at once, as a page gets it that has just said `ready`. */
export const sampleUpdate = (given: Partial<Update> = {}): Update => ({
  type: "update",
  isReset: true,
  columns: [],
  appended: [],
  run: null,
  contenders: [],
  notice: null,
  tally: emptyTally,
  ...given,
});

const contender = (id: string) => ({
  contender: { model: `model-${id}` },
  label: `model-${id}`,
  detail: "This machine",
});

/** A run of these columns. */
export const comparisonOf = (columns: readonly CompareColumn[], run: Partial<CompareRun> = {}): Update =>
  sampleUpdate({
    columns: [...columns],
    run: sampleRun(run),
    contenders: columns.map(({ id }) => contender(id)),
  });

/** More of a run that is shown already. */
export const moreOf = (given: Partial<Update>): Update => ({
  type: "update",
  isReset: false,
  columns: [],
  appended: [],
  ...given,
});

export const twoContenders = [contender("a"), contender("b")];
