import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { DownloadProgress } from "../../../contract/mesh/download-progress.ts";
import { Emitter } from "../../platform/emitter.ts";
import { TransferRate } from "./transfer-rate.ts";

export interface WaitOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** The shortest time between two reports of one phase, in milliseconds. */
const reportIntervalMs = 200;

/** One download that several may wait for; it is called off when the last of them has gone. */
export class DownloadJob<T> {
  readonly #didProgress = new Emitter<DownloadProgress>();
  readonly #abort = new AbortController();
  readonly #rate = new TransferRate();
  readonly #now: () => number;
  readonly #done: Promise<T>;
  #waiting = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #progress: DownloadProgress = {
    phase: "resolving",
    receivedBytes: 0,
    totalBytes: null,
    bytesPerSecond: null,
    remainingSeconds: null,
  };

  constructor(run: (job: DownloadJob<T>) => Promise<T>, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#done = Promise.resolve().then(() => run(this));
    // One that everybody has left still settles.
    this.#done.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Resolves when it has settled, in whatever way. */
  get settled(): Promise<void> {
    return this.#done.then(
      () => undefined,
      () => undefined,
    );
  }

  /** Tells the phase, and how many bytes there are of how many. */
  report(phase: DownloadProgress["phase"], receivedBytes: number, totalBytes: number | null): void {
    const now = this.#now();
    if (phase === "downloading") this.#rate.record(receivedBytes, now);
    const isNew = phase !== this.#progress.phase;
    this.#progress = {
      phase,
      receivedBytes,
      totalBytes,
      bytesPerSecond: phase === "downloading" ? this.#rate.bytesPerSecond : null,
      remainingSeconds:
        phase === "downloading" && totalBytes !== null ? this.#rate.secondsFor(totalBytes - receivedBytes) : null,
    };
    if (!isNew && receivedBytes !== totalBytes && now - this.#reportedAt < reportIntervalMs) return;
    this.#reportedAt = now;
    this.#didProgress.fire(this.#progress);
  }

  /** @throws MeshError what went wrong, or the signal's reason */
  async wait({ signal, onProgress }: WaitOptions): Promise<T> {
    signal.throwIfAborted();
    this.#waiting++;
    onProgress?.(this.#progress);
    const progress = this.#didProgress.event((value) => onProgress?.(value));
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([this.#done, left.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      progress.dispose();
      this.#waiting--;
      if (this.#waiting === 0) this.cancel();
    }
  }

  cancel(): void {
    this.#abort.abort(new MeshError("cancelled", {}));
  }
}
