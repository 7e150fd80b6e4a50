import { promptOf } from "./prompts.ts";
import type { ServerUnderTest } from "./server-under-test.ts";
import { quantile } from "./statistics.ts";
import { streamUntil } from "./stream-chat.ts";

/** Of these the template adds a few. */
export const longPromptTokens = 4000;
export const runningStreams = 8;
/** More than they get to: they are left when the long prompt has been read, */
const tokensPerStream = 4000;
/** or when that takes longer than anybody would wait. */
const limitMs = 120_000;
const shortPromptTokens = 24;
/** All streams must be in full swing before the long prompt arrives. */
const tokensBefore = 24;

export interface LongPromptRun {
  /**
   * Of the pauses between two tokens of the running streams while the long prompt is read, in milliseconds. Infinite
   * when it was not read at all: that is no way to keep the pauses short.
   */
  readonly p99GapMs: number;
  readonly worstGapMs: number;
  /** Of the long prompt itself. */
  readonly firstTokenMs: number;
}

/** Eight streams run, a long prompt arrives: how long do the eight wait for their next token until it has been read? */
export async function measureLongPrompt(server: ServerUnderTest, signal: AbortSignal): Promise<LongPromptRun> {
  const inSwing = Promise.withResolvers<void>();
  const hangUp = new AbortController();
  let waitingFor = runningStreams;
  const running = Array.from({ length: runningStreams }, () => {
    let tokens = 0;
    const onToken = (): void => {
      if (++tokens === tokensBefore && --waitingFor === 0) inSwing.resolve();
    };
    const question = { prompt: promptOf(shortPromptTokens), maxTokens: tokensPerStream, signal, onToken };
    return streamUntil(server, question, hangUp.signal);
  });
  const all = Promise.all(running);
  // If the streams fail, there is nothing to wait for.
  await Promise.race([inSwing.promise, all]);
  const limit = setTimeout(() => hangUp.abort(), limitMs);
  const sentAt = performance.now();
  const onFirst = (): void => hangUp.abort();
  const long = { prompt: promptOf(longPromptTokens), maxTokens: 16, signal, onToken: onFirst };
  const [firstAt] = await streamUntil(server, long, hangUp.signal);
  clearTimeout(limit);
  hangUp.abort();
  const streams = await all;
  if (firstAt === undefined) return { p99GapMs: Infinity, worstGapMs: Infinity, firstTokenMs: Infinity };
  const gaps = streams.flatMap((tokensAt) => gapsWithin(tokensAt, sentAt, firstAt));
  return { p99GapMs: quantile(gaps, 0.99), worstGapMs: Math.max(...gaps), firstTokenMs: firstAt - sentAt };
}

/** Pauses that overlap a stretch of time, each in its full length. */
function gapsWithin(tokensAt: readonly number[], from: number, to: number): number[] {
  return tokensAt.flatMap((at, place) => {
    const before = tokensAt[place - 1];
    return before === undefined || at < from || before > to ? [] : [at - before];
  });
}
