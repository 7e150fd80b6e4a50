import type { CandidateFigures } from "../router/candidate.ts";
import type { FinishedRequest, PlacePercentiles } from "./observed-figures.ts";
import { RecentValues } from "./recent-values.ts";

/** Weight of the newest answer: the averages follow a change within about ten. */
const weight = 0.2;
/** In this time a peak loses two thirds of its height, in milliseconds. */
const peakDecayMs = 10_000;
/** What a refusal counts as, in milliseconds. */
const penaltyMs = 5000;
/** What is left of a penalty below this share is forgotten where no answer was ever seen. */
const forgottenShare = 0.05;
/** An answer whose bytes all come in the last part of its time was not streamed, whatever was asked for. */
const leastStreamShare = 0.02;

/**
 * What one model at one backend has shown. The time to the first byte follows a rise at once and a fall slowly, since a
 * place that has just become slow must lose its requests before ten of them have suffered.
 */
export class PlaceFigures {
  #samples = 0;
  #firstByteMs: number | null = null;
  /** How far above the average it was last seen, and when. */
  #peakMs = 0;
  #peakAt = 0;
  #answerMs: number | null = null;
  /** Time and tokens are averaged apart, so that a prompt of three tokens does not count like one of three thousand. */
  readonly #prompt = new Rate();
  readonly #answer = new Rate();
  readonly #firstBytes = new RecentValues();
  readonly #totals = new RecentValues();

  finished(request: FinishedRequest, networkMs: number, now: number): void {
    const { firstByteMs, totalMs } = request;
    if (!isDuration(firstByteMs) || !isDuration(totalMs) || totalMs < firstByteMs) return;
    const wasStreamed = request.isStream && totalMs - firstByteMs >= leastStreamShare * totalMs;
    if (wasStreamed) this.#learnRates(request, networkMs);
    this.#learnFirstByte(wasStreamed ? firstByteMs : this.#withoutAnswer(request), wasStreamed, now);
    this.#answerMs = mix(this.#answerMs, totalMs);
    this.#firstBytes.add(firstByteMs);
    this.#totals.add(totalMs);
    this.#samples++;
  }

  penalise(now: number): void {
    this.#raise(penaltyMs, now);
  }

  read(now: number, networkMs: number | null): CandidateFigures {
    return {
      firstByteMs: this.#firstByteAt(now),
      networkMs,
      promptTokenMs: this.#prompt.perToken,
      tokenMs: this.#answer.perToken,
      answerMs: this.#answerMs,
      samples: this.#samples,
    };
  }

  percentiles(): PlacePercentiles | null {
    if (this.#samples === 0) return null;
    return { firstByteMs: this.#firstBytes.percentiles(), totalMs: this.#totals.percentiles() };
  }

  #learnRates({ promptTokens, cachedTokens, completionTokens, ...times }: FinishedRequest, networkMs: number): void {
    const readTokens = (promptTokens ?? 0) - (cachedTokens ?? 0);
    if (readTokens > 0) this.#prompt.add(Math.max(0, times.firstByteMs - networkMs), readTokens);
    // The first token came with the first byte.
    const laterTokens = (completionTokens ?? 0) - 1;
    if (laterTokens > 0) this.#answer.add(times.totalMs - times.firstByteMs, laterTokens);
  }

  /** An answer that came in one piece: its tokens were generated before its first byte, as far as their speed is known. */
  #withoutAnswer({ firstByteMs, completionTokens }: FinishedRequest): number {
    return Math.max(0, firstByteMs - (completionTokens ?? 0) * (this.#answer.perToken ?? 0));
  }

  #learnFirstByte(ms: number, mayPeak: boolean, now: number): void {
    const peak = this.#peakHeight(now);
    const top = this.#firstByteMs === null ? 0 : this.#firstByteMs + peak;
    this.#firstByteMs = mix(this.#firstByteMs, ms);
    // What was left of the peak stays above the new average.
    this.#peakMs = Math.max(0, Math.min(peak, top - this.#firstByteMs));
    this.#peakAt = now;
    if (mayPeak) this.#raise(ms, now);
  }

  #raise(ms: number, now: number): void {
    const height = ms - (this.#firstByteMs ?? 0);
    this.#peakMs = Math.max(this.#peakHeight(now), height);
    this.#peakAt = now;
  }

  #peakHeight(now: number): number {
    return this.#peakMs * Math.exp(-(now - this.#peakAt) / peakDecayMs);
  }

  #firstByteAt(now: number): number | null {
    const peak = this.#peakHeight(now);
    if (this.#firstByteMs !== null) return this.#firstByteMs + peak;
    return peak > forgottenShare * penaltyMs ? peak : null;
  }
}

/** Milliseconds per token. */
class Rate {
  #ms: number | null = null;
  #tokens: number | null = null;

  add(ms: number, tokens: number): void {
    this.#ms = mix(this.#ms, ms);
    this.#tokens = mix(this.#tokens, tokens);
  }

  get perToken(): number | null {
    return this.#ms === null || this.#tokens === null ? null : this.#ms / this.#tokens;
  }
}

const isDuration = (ms: number): boolean => Number.isFinite(ms) && ms >= 0;
const mix = (average: number | null, value: number): number =>
  average === null ? value : average + weight * (value - average);
