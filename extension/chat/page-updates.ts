import type { Disposable } from "../platform/emitter.ts";
import { ChatFeed, type ChatPicture, type ChatUpdate } from "./chat-feed.ts";

export interface PageUpdatesOptions {
  /** Everything that the page shows, as it is now. */
  readonly picture: () => ChatPicture;
  readonly send: (update: ChatUpdate) => void;
}

/**
 * Two frames, in milliseconds: an answer that grows thirty times a second is as smooth to read, and leaves the window the time
 * for whoever types beside it.
 */
const updateMs = 32;

/** Tells the page what has changed, at most once in two frames, and only while it is there to be told. */
export class PageUpdates implements Disposable {
  readonly #options: PageUpdatesOptions;
  readonly #feed = new ChatFeed();
  #isListening = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** It is told before anything else happens. */
  #isDue = false;

  constructor(options: PageUpdatesOptions) {
    this.#options = options;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  /** The page is new and has nothing: it is told everything. */
  begin(): void {
    this.#isListening = true;
    this.#feed.forget();
    this.#send();
  }

  /** The page is hidden, or gone. */
  pause(): void {
    this.#isListening = false;
  }

  /** Something has changed. */
  soon(): void {
    if (!this.#isListening || this.#isDue) return;
    const waitMs = this.#sentAt + updateMs - performance.now();
    // After a pause it is told at once, with what else changes in the same breath: only what follows closely is gathered.
    if (waitMs <= 0) {
      clearTimeout(this.#timer);
      this.#isDue = true;
      queueMicrotask(() => this.#send());
      return;
    }
    this.#timer ??= setTimeout(() => this.#send(), waitMs);
  }

  dispose(): void {
    this.#isListening = false;
    clearTimeout(this.#timer);
  }

  #send(): void {
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isListening) return;
    const update = this.#feed.next(this.#options.picture());
    if (update === undefined) return;
    this.#sentAt = performance.now();
    this.#options.send(update);
  }
}
