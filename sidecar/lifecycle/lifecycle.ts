import type { Lifecycle as LifecycleName } from "../../contract/rpc/node.ts";
import { Emitter } from "../platform/emitter.ts";

export interface LifecycleOptions {
  /** How long the node stays after its last client has left, in milliseconds. */
  readonly lingerMs: number;
  readonly keepsServing: boolean;
}

/**
 * When the node ends. A client is an open control connection; HTTP requests count while they are answered. Without
 * both, the node lingers and then ends, unless it was told to keep serving.
 *
 * Invariant: `onDidEnd` fires once, and from `draining` no way leads back.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #didEnd = new Emitter<void>();
  #keepsServing: boolean;
  #isDraining = false;
  #hasEnded = false;
  #clients = 0;
  #openRequests = 0;
  #linger: NodeJS.Timeout | undefined;

  /** The node should shut down now: no client needs it, or its last open answer has ended while draining. */
  readonly onDidEnd = this.#didEnd.event;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#keepsServing = options.keepsServing;
  }

  get name(): LifecycleName {
    // Whoever is let in while everything is being released would be cut off in its first call.
    if (this.#isDraining || this.#hasEnded) return "draining";
    return this.#linger === undefined ? "ready" : "lingering";
  }
  get keepsServing(): boolean {
    return this.#keepsServing;
  }

  /** Ready: from here on, nobody being there counts. */
  start(): void {
    this.#update();
  }
  setClients(count: number): void {
    this.#clients = count;
    this.#update();
  }
  setOpenRequests(count: number): void {
    this.#openRequests = count;
    this.#update();
  }
  keepServing(): void {
    this.#keepsServing = true;
    this.#update();
  }
  /** Ends as soon as the open requests are answered. */
  drain(): void {
    this.#isDraining = true;
    this.#update();
  }
  /** Ends now. */
  end(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#didEnd.fire();
  }

  #update(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#hasEnded || this.#openRequests > 0) return;
    if (this.#isDraining) this.end();
    else if (this.#clients === 0 && !this.#keepsServing) {
      this.#linger = setTimeout(() => this.end(), this.#options.lingerMs);
    }
  }
}
