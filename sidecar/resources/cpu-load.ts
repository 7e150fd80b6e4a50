import type { CpuInfo } from "node:os";

/** Tells how busy the processor was between two looks. */
export class CpuLoad {
  #before: { busy: number; all: number } | undefined;

  /** Share of all cores, 0 to 1; null at the first look, and when no time has passed since the last. */
  next(cpus: readonly CpuInfo[]): number | null {
    const now = cpus.reduce(
      (sum, { times }) => {
        const busy = times.user + times.nice + times.sys + times.irq;
        return { busy: sum.busy + busy, all: sum.all + busy + times.idle };
      },
      { busy: 0, all: 0 },
    );
    const before = this.#before;
    this.#before = now;
    if (before === undefined || now.all <= before.all) return null;
    return Math.min(1, Math.max(0, (now.busy - before.busy) / (now.all - before.all)));
  }
}
