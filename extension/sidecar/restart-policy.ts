/** So many crashes within so many minutes, and the node is not started again without a person. */
export const crashLimit = { crashes: 4, minutes: 3 } as const;
/** The first repair is at once: somebody may be waiting for an answer. */
const delaysMs = [0, 500, 2_000] as const;

/** When a node that ended by itself is started again. Pure: the time is an argument. */
export class RestartPolicy {
  #crashedAt: number[] = [];

  /** Records a crash. How long to wait before the next start in milliseconds, or `giveUp`. */
  record(nowMs: number): number | "giveUp" {
    this.#crashedAt = [...this.#crashedAt.filter((at) => nowMs - at < crashLimit.minutes * 60_000), nowMs];
    const count = this.#crashedAt.length;
    return count >= crashLimit.crashes ? "giveUp" : (delaysMs[count - 1] ?? "giveUp");
  }

  /** A person asked for a start: what was before does not count. */
  forget(): void {
    this.#crashedAt = [];
  }
}
