import type { Clock } from "../platform/clock.ts";
import type { CandidateFigures } from "../router/candidate.ts";
import { PlaceFigures } from "./place-figures.ts";

/** How many places are remembered: a model at a backend each. What was used longest ago goes first. */
const maxPlaces = 4096;
/** Weight of the newest probe, and of the newest answer in a backend's own average. */
const weight = 0.2;

/** What one finished request has shown. What the backend does not count is null. */
export interface FinishedRequest {
  /** From the attempt to the first byte, in milliseconds. */
  readonly firstByteMs: number;
  /** From the attempt to the end. */
  readonly totalMs: number;
  readonly promptTokens: number | null;
  /** Those of the prompt that had been read before. */
  readonly cachedTokens: number | null;
  readonly completionTokens: number | null;
  /** True when the answer came token by token: only then does the first byte mark the end of the prompt. */
  readonly isStream: boolean;
}

/** The middle and the slow end of the last requests, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** What is shown of a place: of its last 64 requests. */
export interface PlacePercentiles {
  readonly firstByteMs: Percentiles;
  readonly totalMs: Percentiles;
}

interface KnownPlace {
  readonly figures: PlaceFigures;
  usedAt: number;
}

/** Moving averages of what each model at each backend has shown, for routing and for the views. */
export class ObservedFigures {
  readonly #clock: Clock;
  /** By backend, then by model. */
  readonly #places = new Map<string, Map<string, KnownPlace>>();
  #size = 0;
  /** Counts the requests that have ended, to tell what was used longest ago. */
  #uses = 0;
  readonly #networkMs = new Map<string, number>();
  readonly #firstByteMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request has been answered to its end. */
  finished(backendId: string, modelId: string, request: FinishedRequest): void {
    const networkMs = this.#networkMs.get(backendId) ?? 0;
    this.#place(backendId, modelId).finished(request, networkMs, this.#clock.now());
    average(this.#firstByteMs, backendId, request.firstByteMs);
  }

  /** It had no room (429, 503). That came quickly, and must not look like a quick answer. */
  wasBusy(backendId: string, modelId: string): void {
    this.#place(backendId, modelId).penalise(this.#clock.now());
  }

  /** A probe's round trip. */
  probed(backendId: string, networkMs: number): void {
    average(this.#networkMs, backendId, networkMs);
  }

  figures(backendId: string, modelId: string): CandidateFigures {
    const networkMs = this.#networkMs.get(backendId) ?? null;
    const place = this.#places.get(backendId)?.get(modelId);
    if (place !== undefined) return place.figures.read(this.#clock.now(), networkMs);
    return { firstByteMs: null, networkMs, promptTokenMs: null, tokenMs: null, answerMs: null, samples: 0 };
  }

  /** Null before the first answer. */
  percentiles(backendId: string, modelId: string): PlacePercentiles | null {
    return this.#places.get(backendId)?.get(modelId)?.figures.percentiles() ?? null;
  }

  /** A backend's time to the first byte over all its models, for the views: to a tenth; null before the first answer. */
  firstByteMs(backendId: string): number | null {
    const value = this.#firstByteMs.get(backendId);
    return value === undefined ? null : Math.round(value * 10) / 10;
  }

  /** How many places are remembered. */
  get size(): number {
    return this.#size;
  }

  /** The backend is gone, or another one under its name. */
  forget(backendId: string): void {
    this.#networkMs.delete(backendId);
    this.#firstByteMs.delete(backendId);
    this.#size -= this.#places.get(backendId)?.size ?? 0;
    this.#places.delete(backendId);
  }

  #place(backendId: string, modelId: string): PlaceFigures {
    const known = this.#places.get(backendId)?.get(modelId) ?? this.#add(backendId, modelId);
    // A number instead of a new place in the map, which would fill with holes and be made anew again and again.
    known.usedAt = ++this.#uses;
    return known.figures;
  }

  #add(backendId: string, modelId: string): KnownPlace {
    if (this.#size >= maxPlaces) this.#forgetOldest();
    const models = this.#places.get(backendId) ?? new Map<string, KnownPlace>();
    this.#places.set(backendId, models);
    const place = { figures: new PlaceFigures(), usedAt: 0 };
    models.set(modelId, place);
    this.#size++;
    return place;
  }

  #forgetOldest(): void {
    let oldest = { backendId: "", modelId: "", usedAt: Number.POSITIVE_INFINITY };
    for (const [backendId, models] of this.#places) {
      for (const [modelId, { usedAt }] of models) if (usedAt < oldest.usedAt) oldest = { backendId, modelId, usedAt };
    }
    const models = this.#places.get(oldest.backendId);
    if (models?.delete(oldest.modelId)) this.#size--;
    if (models?.size === 0) this.#places.delete(oldest.backendId);
  }
}

function average(values: Map<string, number>, key: string, value: number): void {
  const before = values.get(key);
  values.set(key, before === undefined ? value : before + weight * (value - before));
}
