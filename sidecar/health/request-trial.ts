import type { Permit } from "./breaker-permit.ts";
import type { FailureReason, Trial } from "./standing.ts";

/** What a trial tells the backend's health. One object serves all trials of a backend: each request has one. */
export interface TrialEvents {
  answered(permit: Permit): void;
  brokeOff(permit: Permit): void;
  failed(permit: Permit, reason: FailureReason): void;
  abandoned(permit: Permit): void;
  /** By how much the number of answers that have begun changes, and that of open requests. */
  count(answering: 1 | 0 | -1, inFlight: 0 | -1): void;
}

/** One request at a backend; see `Trial`. */
export class RequestTrial implements Trial {
  readonly #events: TrialEvents;
  readonly #permit: Permit;
  #stage: "asked" | "answered" | "over" = "asked";

  constructor(events: TrialEvents, permit: Permit) {
    this.#events = events;
    this.#permit = permit;
  }

  answered(): void {
    if (this.#stage !== "asked") return;
    this.#stage = "answered";
    this.#events.answered(this.#permit);
    this.#events.count(1, 0);
  }

  brokeOff(): void {
    if (this.#stage !== "answered") return;
    this.#stage = "over";
    this.#events.brokeOff(this.#permit);
    this.#events.count(-1, -1);
  }

  ended(): void {
    if (this.#stage !== "answered") return;
    this.#stage = "over";
    this.#permit.completed();
    this.#events.count(-1, -1);
  }

  failed(reason: FailureReason): void {
    if (this.#stage !== "asked") return;
    this.#stage = "over";
    this.#events.failed(this.#permit, reason);
    this.#events.count(0, -1);
  }

  abandoned(): void {
    if (this.#stage !== "asked") return;
    this.#stage = "over";
    this.#events.abandoned(this.#permit);
    this.#events.count(0, -1);
  }
}
