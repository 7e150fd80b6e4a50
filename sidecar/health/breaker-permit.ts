/** One request that the breaker has let through. Calls out of order, or about an outage that is over, do nothing. */
export interface Permit {
  readonly isTrial: boolean;
  succeeded(): void;
  /** It broke off after it had succeeded. */
  brokeOff(): void;
  /** It ended well, after it had succeeded. */
  completed(): void;
  failed(): void;
  /** It ended without saying anything. */
  abandoned(): void;
}

/** What a permit tells the breaker. One object serves all permits of a breaker: each request has one. */
export interface PermitEvents {
  trialEnded(): void;
  /** False for news of an outage that is over. */
  isPresent(era: number): boolean;
  succeeded(): void;
  brokeOff(): void;
  completed(): void;
  failed(): void;
}

type Stage = "asked" | "answered" | "over";

export class BreakerPermit implements Permit {
  readonly isTrial: boolean;
  readonly #events: PermitEvents;
  /** The breaker's when the request was let through. */
  readonly #era: number;
  #stage: Stage = "asked";

  constructor(events: PermitEvents, isTrial: boolean, era: number) {
    this.#events = events;
    this.isTrial = isTrial;
    this.#era = era;
  }

  succeeded(): void {
    if (this.#step("asked", "answered")) this.#events.succeeded();
  }

  brokeOff(): void {
    if (this.#step("answered", "over")) this.#events.brokeOff();
  }

  completed(): void {
    if (this.#step("answered", "over")) this.#events.completed();
  }

  failed(): void {
    if (this.#step("asked", "over")) this.#events.failed();
  }

  abandoned(): void {
    this.#step("asked", "over");
  }

  /** Whether the call is the one that is due, and its news is about the present. */
  #step(from: Stage, to: Stage): boolean {
    if (this.#stage !== from) return false;
    this.#stage = to;
    if (this.isTrial && from === "asked") this.#events.trialEnded();
    return this.#events.isPresent(this.#era);
  }
}
