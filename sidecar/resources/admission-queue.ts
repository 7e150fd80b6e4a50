import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter } from "../platform/emitter.ts";
import { type Priority, type Waiting, WaitingLine } from "./waiting-line.ts";

export interface AdmissionQueueOptions {
  /** Requests that may wait on this node, for all models together. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  /** After this time a background request gets turns among interactive ones, in milliseconds. */
  readonly ageingMs: number;
  readonly clock: Clock;
}

/** Where a waiting request stands. */
export interface QueuePosition {
  /** 1 is next. */
  readonly position: number;
  /** Null before the first answer has shown how long one takes. */
  readonly estimatedMs: number | null;
}

export interface AdmissionRequest {
  readonly model: string;
  /** What is waited for, where that is not the model: a server with a limit of its own. */
  readonly lane?: string;
  /** Requests that are answered there at the same time. */
  readonly capacity: number;
  /** How many of them it needs at once; more than there are count as all. */
  readonly places: number;
  readonly client: string;
  readonly priority: Priority;
  /** Called when it begins to wait, and each time that its place changes. */
  readonly onPosition?: ((position: QueuePosition) => void) | undefined;
}

/** The right to have one request answered; held until released. */
export interface Slot {
  release(): void;
}

interface Entry extends Waiting {
  readonly request: AdmissionRequest;
  readonly settle: (outcome: Slot | Error) => void;
  position: number;
}

interface Lane {
  readonly line: WaitingLine<Entry>;
  capacity: number;
  held: number;
  /** Moving average of how long an answer takes; undefined before the first. */
  serviceMs: number | undefined;
}

/** Weight of the newest answer: the average follows a change within about ten. */
const newestWeight = 0.2;
/** What one client may fill, so that there is always a place for another. */
const clientShare = 0.75;

/**
 * The one queue of a node: in front of each local model wait the requests that its engine has no sequence for, and in
 * front of each server with a limit those that are beyond it. It is bounded; who cannot be answered in time is told at once, with the time after which to try again.
 */
export class AdmissionQueue {
  readonly #options: AdmissionQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #didChange = new Emitter<void>();
  readonly #didEndWait = new Emitter<number>();
  #waiting = 0;

  /** Fires when requests begin or cease to wait. */
  readonly onDidChange = this.#didChange.event;
  /** Fires with the time that a request has waited, in milliseconds, whether it got its turn or gave up. */
  readonly onDidEndWait = this.#didEndWait.event;

  constructor(options: AdmissionQueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** `lane`: a model, or what its requests name instead. */
  waitingFor(lane: string): number {
    return this.#lanes.get(lane)?.line.length ?? 0;
  }

  /**
   * Waits for this request's turn. Whoever aborts gives up the place at once.
   *
   * @throws MeshError `queue_full`, `queue_share_full`, `queue_too_slow`, or the signal's reason
   */
  async enter(request: AdmissionRequest, signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    const lane = this.#lane(request);
    if (lane.line.length === 0 && hasRoom(lane, request)) return this.#hold(lane, request);
    this.#refuseHopeless(lane, request);
    return await this.#wait(lane, request, signal);
  }

  #lane({ model, lane: name = model, capacity }: AdmissionRequest): Lane {
    const existing = this.#lanes.get(name);
    if (existing !== undefined) {
      existing.capacity = capacity;
      return existing;
    }
    const lane = { line: new WaitingLine<Entry>(this.#options.ageingMs), capacity, held: 0, serviceMs: undefined };
    this.#lanes.set(name, lane);
    return lane;
  }

  #refuseHopeless(lane: Lane, { model, client }: AdmissionRequest): void {
    const { maxWaiting, maxWaitMs } = this.#options;
    const retryAfterSeconds = toSeconds(lane.serviceMs === undefined ? undefined : lane.serviceMs / lane.capacity);
    if (this.#waiting >= maxWaiting) {
      throw new MeshError("queue_full", { model, waiting: this.#waiting, retryAfterSeconds });
    }
    const own = this.#waitingOf(client);
    if (own >= Math.max(1, Math.floor(maxWaiting * clientShare))) {
      throw new MeshError("queue_share_full", { model, waiting: own, retryAfterSeconds });
    }
    const estimatedMs = estimate(lane, lane.line.length + 1);
    if (estimatedMs === null || estimatedMs <= maxWaitMs) return;
    const tooLongMs = estimatedMs - maxWaitMs;
    throw new MeshError("queue_too_slow", {
      model,
      waitSeconds: toSeconds(estimatedMs),
      limitSeconds: maxWaitMs / 1000,
      retryAfterSeconds: toSeconds(tooLongMs),
    });
  }

  #waitingOf(client: string): number {
    let count = 0;
    for (const { line } of this.#lanes.values()) count += line.countOf(client);
    return count;
  }

  #wait(lane: Lane, request: AdmissionRequest, signal: AbortSignal): Promise<Slot> {
    const { clock, maxWaitMs } = this.#options;
    return new Promise((resolve, reject) => {
      let deadline: Disposable | undefined;
      const settle = (outcome: Slot | Error): void => {
        void deadline?.dispose();
        signal.removeEventListener("abort", onAbort);
        this.#waiting--;
        this.#didEndWait.fire(clock.now() - entry.arrivedAt);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
        this.#changed(lane);
      };
      const { client, priority, model } = request;
      const entry: Entry = { client, priority, arrivedAt: clock.now(), request, settle, position: 0 };
      const leave = (reason: Error): void => {
        if (lane.line.remove(entry)) settle(reason);
      };
      const onAbort = (): void => leave(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      deadline = clock.after(maxWaitMs, () => {
        const retryAfterSeconds = toSeconds(estimate(lane, lane.line.length) ?? undefined);
        leave(new MeshError("queue_timeout", { model, limitSeconds: maxWaitMs / 1000, retryAfterSeconds }));
      });
      this.#waiting++;
      lane.line.add(entry);
      this.#changed(lane);
      // The capacity may have grown since the others came.
      this.#callNext(lane);
    });
  }

  #callNext(lane: Lane): void {
    const now = this.#options.clock.now();
    for (let first = lane.line.first(now); first !== undefined; first = lane.line.first(now)) {
      // Nobody overtakes whoever needs more places: else there would always be somebody who needs fewer.
      if (!hasRoom(lane, first.request)) return;
      lane.line.next(now)?.settle(this.#hold(lane, first.request));
    }
  }

  #hold(lane: Lane, request: AdmissionRequest): Slot {
    const { clock } = this.#options;
    const since = clock.now();
    let isHeld = true;
    const places = placesOf(lane, request);
    lane.held += places;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        lane.held -= places;
        const tookMs = clock.now() - since;
        const before = lane.serviceMs ?? tookMs;
        lane.serviceMs = before + newestWeight * (tookMs - before);
        this.#callNext(lane);
      },
    };
  }

  #changed(lane: Lane): void {
    for (const [index, entry] of lane.line.order(this.#options.clock.now()).entries()) {
      if (entry.position === index + 1) continue;
      entry.position = index + 1;
      entry.request.onPosition?.({ position: index + 1, estimatedMs: estimate(lane, index + 1) });
    }
    this.#didChange.fire();
  }
}

const placesOf = ({ capacity }: Lane, { places }: AdmissionRequest): number => Math.min(places, capacity);

const hasRoom = (lane: Lane, request: AdmissionRequest): boolean =>
  lane.held + placesOf(lane, request) <= lane.capacity;

/** The time until the request at a position is called: answers end one after another, `capacity` at the same time. */
function estimate({ serviceMs, capacity }: Lane, position: number): number | null {
  return serviceMs === undefined ? null : (serviceMs * position) / capacity;
}

/** For `Retry-After`: whole seconds, at least one, and an honest guess where nothing has been observed. */
const toSeconds = (ms: number | undefined): number => Math.max(1, Math.ceil((ms ?? 2000) / 1000));
