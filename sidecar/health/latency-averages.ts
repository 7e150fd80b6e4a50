/** Weight of the newest value: the average follows a change within about ten answers. */
const weight = 0.2;

/** Moving averages of the time to the first byte, per backend, in milliseconds. */
export class LatencyAverages {
  readonly #averages = new Map<string, number>();

  record(backendId: string, latencyMs: number): void {
    const average = this.#averages.get(backendId);
    this.#averages.set(backendId, average === undefined ? latencyMs : average + weight * (latencyMs - average));
  }

  /** Rounded, since a view cannot show more; null before the first answer. */
  get(backendId: string): number | null {
    const average = this.#averages.get(backendId);
    return average === undefined ? null : Math.round(average * 10) / 10;
  }
}
