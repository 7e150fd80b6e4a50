import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import type { Candidate } from "../candidate.ts";
import { lend } from "./lend-figure.ts";
import { busyRequests, capacityOf, figure } from "./place-load.ts";
import type { RankContext } from "./strategy.ts";

/** What an answer costs in time, in milliseconds. */
export interface Cost {
  readonly queueMs: number;
  readonly loadMs: number;
  readonly networkMs: number;
  /** Reading what is not warm of the prompt. */
  readonly promptMs: number;
  readonly answerMs: number;
  readonly totalMs: number;
  /** Share of the prompt that need not be read. */
  readonly warm: number;
  /** False when every figure behind it is borrowed or assumed. */
  readonly isObserved: boolean;
}

/** Believed until somebody has been measured: a middling model on a middling GPU. */
const usual = { promptTokenMs: 1, tokenMs: 30 };
const usualNetworkMs: { readonly [label in PrivacyLabel]: number } = { local: 0, mine: 5, lan: 5, cloud: 100 };
/** Loading a model of some gigabytes from a fast disk. */
const usualLoadMs = 15_000;

type FigureName = "networkMs" | "promptTokenMs" | "tokenMs" | "answerMs";

/**
 * Queue, loading, network, prompt and answer of each place, from what was observed of it. What was not is borrowed: the
 * median of the other places, or what is usual.
 */
export function estimateCosts(candidates: readonly Candidate[], context: RankContext): Map<Candidate, Cost> {
  const borrowed = new Borrowed(candidates);
  const costs = new Map<Candidate, Cost>();
  for (const each of candidates) costs.set(each, estimate(each, context, borrowed));
  return costs;
}

/** What the places have to lend. Nothing is made before somebody asks for it: mostly nobody does. */
class Borrowed {
  readonly #candidates: readonly Candidate[];
  readonly #lent: { [name in FigureName]?: () => number | null } = {};

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
  }

  of(name: FigureName): number | null {
    this.#lent[name] ??= lend(this.#candidates, ({ figures }) => figure(figures[name]));
    return this.#lent[name]();
  }
}

function estimate(candidate: Candidate, context: RankContext, borrowed: Borrowed): Cost {
  const { figures, privacy } = candidate;
  const warm = Math.min(1, figure(context.warmShare(candidate)) ?? 0);
  const networkMs = figure(figures.networkMs) ?? borrowed.of("networkMs") ?? usualNetworkMs[privacy];
  const tokens = context.promptTokens * (1 - warm);
  const promptMs =
    ownReadingMs(candidate, tokens, networkMs) ?? tokens * (borrowed.of("promptTokenMs") ?? usual.promptTokenMs);
  const tokenMs = figure(figures.tokenMs);
  const answerMs = context.answerTokens * (tokenMs ?? borrowed.of("tokenMs") ?? usual.tokenMs);
  const ownWholeMs = figure(figures.answerMs);
  const queueMs = queueWaitMs(candidate, ownWholeMs ?? borrowed.of("answerMs") ?? promptMs + answerMs);
  const loadMs = candidate.isLoaded === false ? usualLoadMs : 0;
  const totalMs = queueMs + loadMs + networkMs + promptMs + answerMs;
  const isObserved = tokenMs !== null || ownWholeMs !== null || figure(figures.firstByteMs) !== null;
  return { queueMs, loadMs, networkMs, promptMs, answerMs, totalMs, warm, isObserved };
}

/** A place that does not count its prompt's tokens still shows how long it reads: its first byte comes after that. */
function ownReadingMs({ figures }: Candidate, tokens: number, networkMs: number): number | null {
  const perToken = figure(figures.promptTokenMs);
  if (perToken !== null) return tokens * perToken;
  const firstByte = figure(figures.firstByteMs);
  return firstByte === null ? null : Math.max(0, firstByte - networkMs);
}

/** Until a place is free: as many answers as there are too many, and each frees one place of all. */
function queueWaitMs(candidate: Candidate, answerMs: number): number {
  const capacity = capacityOf(candidate);
  const before = Math.max(busyRequests(candidate) - capacity + 1, figure(candidate.load.reportedQueue) ?? 0, 0);
  return (before * answerMs) / capacity;
}
