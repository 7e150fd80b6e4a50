import { type Comparison, type Measured, summarise, type Target } from "./comparison.ts";
import { measureFirstToken } from "./measure-first-token.ts";
import { longPromptTokens, measureLongPrompt, runningStreams } from "./measure-long-prompt.ts";
import { measureThroughput } from "./measure-throughput.ts";
import { memoryBytes } from "./process-usage.ts";
import type { ServerUnderTest } from "./server-under-test.ts";
import { mean, median } from "./statistics.ts";

/** Both, side by side, and how often to measure them. */
export interface Bench {
  readonly ours: ServerUnderTest;
  readonly theirs: ServerUnderTest;
  readonly streams: readonly number[];
  readonly rounds: { readonly throughput: number; readonly firstToken: number; readonly longPrompt: number };
  readonly signal: AbortSignal;
}

/** Measures one thing and says what came out. */
export type Part = (bench: Bench) => Promise<Comparison[]>;

/** Part of the bench by the name that `--only` takes, in the order in which they run. */
export const parts = {
  throughput: measureAllThroughput,
  "first-token": compareFirstToken,
  "long-prompt": compareLongPrompt,
  memory: compareMemory,
} as const satisfies Record<string, Part>;

/** Ours, theirs, ours, theirs …: what else the machine does then falls on both. */
async function interleave<T>(
  { ours, theirs }: Bench,
  rounds: number,
  measure: (server: ServerUnderTest) => Promise<T>,
): Promise<Measured<T>> {
  const measured = { ours: [] as T[], theirs: [] as T[] };
  for (let round = 0; round < rounds; round++) {
    measured.ours.push(await measure(ours));
    measured.theirs.push(await measure(theirs));
  }
  return measured;
}

async function measureAllThroughput(bench: Bench): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const streams of bench.streams) {
    const alone = streams === 1;
    const speed: Target = { atLeast: alone ? 1 : 1.1 };
    const cost: Target = { atMost: alone ? 1.25 : 1.05 };
    const name = alone ? "1 stream" : `${streams} streams`;
    const measured = await interleave(bench, bench.rounds.throughput, (server) =>
      measureThroughput(server, streams, bench.signal),
    );
    const line = (key: string, what: string, unit: string) => ({
      key: `${key}.${streams}`,
      what: `${name}: ${what}`,
      unit,
    });
    const best = { ...line("speedBest", "best round", "tokens/s"), over: (all: readonly number[]) => Math.max(...all) };
    const middle = { ...line("speedMedian", "median round", "tokens/s"), over: median };
    const processor = { ...line("processor", "processor time", "ms/token"), over: mean };
    const gateway = { ...line("gatewayProcessor", "of that, outside the model's process", "ms/token"), over: mean };
    comparisons.push(
      summarise(measured, { ...best, figure: (round) => round.tokensPerSecond, target: speed }),
      summarise(measured, { ...middle, figure: (round) => round.tokensPerSecond }),
      summarise(measured, { ...processor, figure: (round) => round.processorMsPerToken, target: cost }),
      summarise(measured, { ...gateway, figure: (round) => round.gatewayMsPerToken }),
    );
  }
  return comparisons;
}

async function compareFirstToken(bench: Bench): Promise<Comparison[]> {
  const measured = await interleave(bench, bench.rounds.firstToken, (server) =>
    measureFirstToken(server, bench.signal),
  );
  const figure = (milliseconds: number): number => milliseconds;
  const what = "short prompt: first token";
  return [
    summarise(measured, {
      key: "firstToken",
      what: `${what}, median`,
      unit: "ms",
      figure,
      over: median,
      target: { atMost: 1.1 },
    }),
    summarise(measured, {
      key: "firstTokenBest",
      what: `${what}, best`,
      unit: "ms",
      figure,
      over: (all) => Math.min(...all),
    }),
  ];
}

async function compareLongPrompt(bench: Bench): Promise<Comparison[]> {
  const measured = await interleave(bench, bench.rounds.longPrompt, (server) =>
    measureLongPrompt(server, bench.signal),
  );
  const arrival = `${longPromptTokens} tokens arrive among ${runningStreams} streams`;
  const line = (key: string, what: string) => ({ key, what: `${arrival}: ${what}`, unit: "ms", over: median });
  return [
    summarise(measured, {
      ...line("gapP99", "the streams' p99 gap"),
      figure: (run) => run.p99GapMs,
      target: { atMost: 1.2 },
    }),
    summarise(measured, { ...line("gapWorst", "the streams' worst gap"), figure: (run) => run.worstGapMs }),
    summarise(measured, { ...line("longFirstToken", "its first token"), figure: (run) => run.firstTokenMs }),
  ];
}

async function compareMemory({ ours, theirs }: Bench): Promise<Comparison[]> {
  const mebibytes = (pids: readonly number[]): number => memoryBytes(pids) / 2 ** 20;
  const line = (key: string, what: string) => ({ key, what, unit: "MiB", theirs: mebibytes(theirs.pids) });
  return [
    { ...line("memoryModel", "memory of the model's process"), ours: mebibytes([ours.modelPid]) },
    { ...line("memory", "memory of all processes"), ours: mebibytes(ours.pids) },
  ];
}
