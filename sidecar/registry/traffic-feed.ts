import type { TrafficChange, TrafficSnapshot } from "../../contract/mesh/traffic.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter, type Subscription } from "../platform/emitter.ts";
import type { TrafficMeter } from "./traffic-meter.ts";

export interface TrafficFeedOptions {
  readonly meter: TrafficMeter;
  readonly clock: Clock;
  /** The wall clock, for the history. */
  readonly wallClock: () => Date;
}

/** The shortest time between two messages, in milliseconds. */
const intervalMs = 250;
/** While nothing happens rates still fall to zero: looked at this often, in milliseconds. */
const settleMs = 1000;
const spanMs = 5000;

/** Tells those who watch what flows. While nobody watches, or nothing flows, it has no timer but that of the history. */
export class TrafficFeed implements Disposable {
  readonly #options: TrafficFeedOptions;
  readonly #didChange = new Emitter<TrafficChange>();
  #timer: Disposable | undefined;
  #isSoon = false;
  #spanTimer: Disposable | undefined;
  #isDisposed = false;

  constructor(options: TrafficFeedOptions) {
    this.#options = options;
  }

  /** Begins to tell a listener; the snapshot is what the first change follows. */
  watch(listener: (change: TrafficChange) => void): Subscription & { readonly snapshot: TrafficSnapshot } {
    // What has flowed while nobody watched is in the figures alone.
    if (this.#didChange.listenerCount === 0) this.#options.meter.takeChange();
    const subscription = this.#didChange.event(listener);
    this.#look(settleMs);
    return { snapshot: this.#options.meter.snapshot(), dispose: () => subscription.dispose() };
  }

  /** A request has begun or ended. */
  happened(): void {
    this.#spanTimer ??= this.#options.clock.after(spanMs, () => this.#endSpan());
    if (this.#isSoon || this.#didChange.listenerCount === 0) return;
    this.#isSoon = true;
    this.#look(intervalMs);
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.#timer?.dispose();
    void this.#spanTimer?.dispose();
  }

  #look(delayMs: number): void {
    void this.#timer?.dispose();
    if (this.#isDisposed) return;
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#isSoon = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#didChange.listenerCount === 0) return;
    const { meter } = this.#options;
    const change = meter.takeChange();
    const isNews = change.figures.length + change.flows.length + change.clients.length > 0;
    if (isNews) this.#didChange.fire(change);
    if (!meter.isQuiet) this.#look(settleMs);
  }

  #endSpan(): void {
    this.#spanTimer = undefined;
    const { meter, clock, wallClock } = this.#options;
    const spans = meter.endSpan(new Date(wallClock().getTime() - spanMs));
    if (spans.length === 0) return;
    if (!this.#isDisposed) this.#spanTimer = clock.after(spanMs, () => this.#endSpan());
    this.#didChange.fire({ figures: [], flows: [], spans, clients: [] });
  }
}
