import { availableParallelism, cpus } from "node:os";
import type { Gpu, Hardware } from "../../contract/mesh/hardware.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import { readAmdGpus } from "./amd-gpus.ts";
import { CpuLoad } from "./cpu-load.ts";
import { readHostMemory } from "./host-memory.ts";
import { NvidiaSmi } from "./nvidia-smi.ts";

export interface HardwareMonitorOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/** The shortest time between two samples, in milliseconds. */
const intervalMs = 2000;

/** This machine's figures: sampled while somebody watches, and on request. */
export class HardwareMonitor implements Disposable {
  readonly #options: HardwareMonitorOptions;
  readonly #nvidia: NvidiaSmi;
  readonly #load = new CpuLoad();
  readonly #didSample = new Emitter<void>();
  #watchers = 0;
  #timer: Disposable | undefined;
  #current: Hardware | null = null;

  /** Fires when there is a new sample. */
  readonly onDidSample = this.#didSample.event;

  constructor(options: HardwareMonitorOptions) {
    this.#options = options;
    this.#nvidia = new NvidiaSmi({ ...options, intervalMs });
    // The first look then tells of the time since the node's start.
    this.#load.next(cpus());
  }

  /** The last sample; null while nobody watches. */
  get current(): Hardware | null {
    return this.#current;
  }

  /** Samples until it is disposed; several watchers share one clock. */
  watch(): Disposable {
    if (this.#watchers++ === 0) {
      this.#nvidia.watch();
      this.#sample();
    }
    let isWatching = true;
    return {
      dispose: async () => {
        if (!isWatching) return;
        isWatching = false;
        if (--this.#watchers === 0) await this.#rest();
      },
    };
  }

  /** One look now, for whoever does not watch. */
  async look(): Promise<Hardware> {
    if (this.#current?.gpus) return this.#current;
    return this.#read(await this.readGpus());
  }

  async readGpus(): Promise<readonly Gpu[]> {
    return [...(await this.#nvidia.look()), ...readAmdGpus()];
  }

  async dispose(): Promise<void> {
    await this.#rest();
    await this.#nvidia.dispose();
  }

  async #rest(): Promise<void> {
    void this.#timer?.dispose();
    this.#timer = undefined;
    this.#current = null;
    await this.#nvidia.unwatch();
  }

  #sample(): void {
    const nvidia = this.#nvidia.gpus;
    this.#current = this.#read(nvidia === null ? null : [...nvidia, ...readAmdGpus()]);
    this.#timer = this.#options.clock.after(intervalMs, () => this.#sample());
    this.#didSample.fire();
  }

  #read(gpus: readonly Gpu[] | null): Hardware {
    const cores = cpus();
    return {
      cpu: {
        model: cores[0]?.model.trim() || "unknown",
        cores: availableParallelism(),
        load: this.#load.next(cores),
      },
      memory: readHostMemory(),
      gpus: gpus === null ? null : [...gpus],
    };
  }
}
