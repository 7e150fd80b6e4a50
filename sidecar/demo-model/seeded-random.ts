/**
 * A small seeded random source for building files that must be the same on every machine.
 *
 * Only 32-bit integer arithmetic and additions are used: `Math.log` and `Math.cos` may round differently between
 * JavaScript engines, and one flipped bit would change the file's hash.
 */
export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** The next number in [0, 1), with 32 random bits. Source: mulberry32 by Tommy Ettinger, public domain. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A bell-shaped number with mean 0 and variance 1: three fractions, each of variance 1/12, centred and doubled. */
  bell(): number {
    return 2 * (this.fraction() + this.fraction() + this.fraction() - 1.5);
  }
}
