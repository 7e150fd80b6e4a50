import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Gpu } from "../../contract/mesh/hardware.ts";
import { childEnvironment } from "../platform/child-environment.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import { nvidiaFields, parseNvidiaLine } from "./nvidia-output.ts";

export interface NvidiaSmiOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How often it reports while it is watched, in milliseconds. */
  readonly intervalMs: number;
}

const program = "nvidia-smi";
const query = [`--query-gpu=${nvidiaFields.join(",")}`, "--format=csv,noheader,nounits"];
/** A wedged driver hangs the tool: after so many intervals of silence it is killed, and asked again much later. */
const silentIntervals = 5;
const retryMs = 60_000;
const onceMs = 3000;
const goodbyeMs = 500;
/** More than any list of GPUs or line of it; what is longer is not the tool we know. */
const maxOutputBytes = 64 * 1024;
const maxLineCharacters = 1024;

/**
 * NVIDIA's graphics processors, as their own tool reports them. Starting it costs up to a second of a core, so while
 * somebody watches there is one process that goes on reporting, and none otherwise.
 */
export class NvidiaSmi implements Disposable {
  readonly #options: NvidiaSmiOptions;
  readonly #didChange = new Emitter<void>();
  readonly #gpus = new Map<string, Gpu>();
  #child: ChildProcess | undefined;
  #silence: Disposable | undefined;
  #retry: Disposable | undefined;
  /** True once it has turned out that the tool is not installed. */
  #isAbsent = false;
  #isWatched = false;
  #failedAt: number | undefined;
  #asking: Promise<string[]> | undefined;
  #asked: ChildProcess | undefined;
  #last: { readonly at: number; readonly gpus: readonly Gpu[] } | undefined;
  /** Settles when the process that was ended last is gone. */
  #leaving: Promise<void> = Promise.resolve();

  readonly onDidChange = this.#didChange.event;

  constructor(options: NvidiaSmiOptions) {
    this.#options = options;
  }

  /** As last reported; null while it is watched and has not reported yet. */
  get gpus(): readonly Gpu[] | null {
    if (this.#gpus.size > 0) return [...this.#gpus.values()];
    return this.#isAbsent || this.#child === undefined ? [] : null;
  }

  watch(): void {
    this.#isWatched = true;
    if (this.#isAbsent || this.#child !== undefined || this.#retry !== undefined) return;
    const args = [...query, `--loop-ms=${this.#options.intervalMs}`];
    const child = spawn(program, args, { env: childEnvironment(process.env), stdio: ["ignore", "pipe", "ignore"] });
    this.#child = child;
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = (lines.pop() ?? "").slice(0, maxLineCharacters);
      for (const line of lines) this.#read(line);
    });
    child.once("error", (error) => this.#ended(child, (error as NodeJS.ErrnoException).code ?? "error"));
    child.once("exit", (code, signal) => this.#ended(child, signal ?? `code ${code}`));
    this.#expectLine();
  }

  /** Ends the process. Resolves when it is gone, or soon after where a wedged driver holds it. */
  async unwatch(): Promise<void> {
    this.#isWatched = false;
    void this.#retry?.dispose();
    this.#retry = undefined;
    const child = this.#child;
    this.#forget();
    if (child?.pid !== undefined) this.#leaving = end(child);
    await this.#leaving;
  }

  async dispose(): Promise<void> {
    this.#asked?.kill("SIGKILL");
    await this.unwatch();
    await this.#asking;
  }

  /** One look, for whoever does not watch. A tool that failed is left alone for a while. */
  async look(): Promise<readonly Gpu[]> {
    if (this.#gpus.size > 0) return [...this.#gpus.values()];
    const { clock } = this.#options;
    if (this.#isAbsent || (this.#failedAt !== undefined && clock.now() - this.#failedAt < retryMs)) return [];
    const last = this.#last;
    if (last !== undefined && clock.now() - last.at < this.#options.intervalMs) return last.gpus;
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
      this.#asked = undefined;
    });
    const gpus = (await this.#asking).flatMap((line) => parseNvidiaLine(line) ?? []);
    this.#last = { at: clock.now(), gpus };
    return gpus;
  }

  #askOnce(): Promise<string[]> {
    return new Promise((resolve) => {
      const settings = { env: childEnvironment(process.env), maxBuffer: maxOutputBytes };
      const child = execFile(program, query, settings, (error, stdout) => {
        void limit.dispose();
        if (error !== null) this.#failed(String(error.code ?? error.signal));
        resolve(error === null ? stdout.split("\n") : []);
      });
      this.#asked = child;
      const limit = this.#options.clock.after(onceMs, () => {
        child.kill("SIGKILL");
        child.unref();
        this.#failed("silence");
        resolve([]);
      });
    });
  }

  #read(line: string): void {
    const gpu = parseNvidiaLine(line.slice(0, maxLineCharacters));
    if (gpu === undefined || !this.#isWatched) return;
    this.#gpus.set(gpu.id, gpu);
    this.#expectLine();
    this.#didChange.fire();
  }

  #expectLine(): void {
    const { clock, intervalMs } = this.#options;
    void this.#silence?.dispose();
    this.#silence = clock.after(silentIntervals * intervalMs, () => this.#child?.kill("SIGKILL"));
  }

  #ended(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#forget();
    this.#failed(reason);
    if (!this.#isWatched || this.#isAbsent) return;
    this.#retry = this.#options.clock.after(retryMs, () => {
      this.#retry = undefined;
      this.watch();
    });
  }

  #forget(): void {
    this.#child = undefined;
    void this.#silence?.dispose();
    this.#silence = undefined;
    this.#gpus.clear();
    this.#didChange.fire();
  }

  #failed(reason: string): void {
    this.#failedAt = this.#options.clock.now();
    this.#isAbsent ||= reason === "ENOENT";
    if (!this.#isAbsent) this.#options.log.warn("nvidiaSmi.ended", { reason });
  }
}

/** A process that a wedged driver holds cannot be killed: it must not hold us either. */
async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  child.stdout?.destroy();
  await Promise.race([gone, delay(goodbyeMs, undefined, { ref: false })]);
  child.unref();
}
