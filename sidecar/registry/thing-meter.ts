import type { TrafficFigures, TrafficSpan } from "../../contract/mesh/traffic.ts";
import { RecentValues } from "../health/recent-values.ts";

/** One request that has ended at a thing. */
export interface EndedRequest {
  readonly hasFailed: boolean;
  /** In milliseconds; null when there was no byte. */
  readonly firstByteMs: number | null;
  /** Null where it was not streamed, or not counted. */
  readonly tokensPerSecond: number | null;
}

/** What rates are made over, in seconds. */
const windowSeconds = 10;
/** Weight of the newest answer. */
const weight = 0.2;

/** Counts what ends at one thing: a model, a backend or the node. Moments are in milliseconds of one clock. */
export class ThingMeter {
  readonly #firstBytes = new RecentValues();
  readonly #requestRate = new RateWindow();
  readonly #failureRate = new RateWindow();
  #spanFirstBytes = new RecentValues();
  #span = { requests: 0, failures: 0 };
  #tokensPerSecond: number | null = null;
  #requests = 0;
  #failures = 0;

  ended({ hasFailed, firstByteMs, tokensPerSecond }: EndedRequest, now: number): void {
    this.#requests++;
    this.#span.requests++;
    this.#requestRate.add(now);
    if (hasFailed) {
      this.#failures++;
      this.#span.failures++;
      this.#failureRate.add(now);
    }
    if (firstByteMs !== null) {
      this.#firstBytes.add(firstByteMs);
      this.#spanFirstBytes.add(firstByteMs);
    }
    if (tokensPerSecond !== null) {
      const before = this.#tokensPerSecond ?? tokensPerSecond;
      this.#tokensPerSecond = before + weight * (tokensPerSecond - before);
    }
  }

  figures(now: number): Omit<TrafficFigures, "id" | "openRequests"> {
    const { p50, p95 } = this.#firstBytes.percentiles();
    const isUnseen = this.#firstBytes.isEmpty;
    return {
      requestsPerSecond: this.#requestRate.perSecond(now),
      failuresPerSecond: this.#failureRate.perSecond(now),
      p50Ms: isUnseen ? null : tenths(p50),
      p95Ms: isUnseen ? null : tenths(p95),
      tokensPerSecond: this.#tokensPerSecond === null ? null : tenths(this.#tokensPerSecond),
      requests: this.#requests,
      failures: this.#failures,
    };
  }

  /** What has ended since it was last asked. */
  takeSpan(): Omit<TrafficSpan, "at"> {
    const p50Ms = this.#spanFirstBytes.isEmpty ? null : tenths(this.#spanFirstBytes.percentiles().p50);
    const span = { ...this.#span, p50Ms };
    this.#span = { requests: 0, failures: 0 };
    this.#spanFirstBytes = new RecentValues();
    return span;
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** How often something has happened in the last seconds, counted by whole seconds. */
class RateWindow {
  readonly #counts: number[] = new Array(windowSeconds).fill(0);
  #second = 0;

  add(now: number): void {
    this.#moveTo(now);
    const index = this.#second % windowSeconds;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  perSecond(now: number): number {
    this.#moveTo(now);
    return tenths(this.#counts.reduce((sum, count) => sum + count, 0) / windowSeconds);
  }

  #moveTo(now: number): void {
    const second = Math.floor(now / 1000);
    const passed = Math.min(windowSeconds, second - this.#second);
    for (let step = 0; step < passed; step++) this.#counts[(second - step) % windowSeconds] = 0;
    this.#second = second;
  }
}
