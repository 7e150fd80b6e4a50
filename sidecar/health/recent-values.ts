import type { Percentiles } from "./observed-figures.ts";

/** Answers that percentiles are made of. */
const remembered = 64;

/** The last values, in a ring. */
export class RecentValues {
  readonly #values: number[] = [];
  #next = 0;

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % remembered;
  }

  /** Zeros before the first value. */
  percentiles(): Percentiles {
    const sorted = [...this.#values].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return { p50: at(0.5), p95: at(0.95) };
  }

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }
}
