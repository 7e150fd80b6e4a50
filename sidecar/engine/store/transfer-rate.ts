/** How long back the speed looks, in milliseconds: long enough to be calm, short enough to notice a stall. */
const windowMs = 10_000;

/** The speed of a transfer over its last seconds. The clock is an argument. */
export class TransferRate {
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  /** Tells how many bytes there are in all at a moment. */
  record(bytes: number, atMs: number): void {
    this.#samples.push({ atMs, bytes });
    while ((this.#samples[1]?.atMs ?? atMs) < atMs - windowMs) this.#samples.shift();
  }

  /** Null until two moments are known. */
  get bytesPerSecond(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }

  /** Null while the speed is unknown or nothing arrives: an endless time is no information. */
  secondsFor(bytes: number): number | null {
    const speed = this.bytesPerSecond;
    return speed === null || speed <= 0 ? null : bytes / speed;
  }
}
