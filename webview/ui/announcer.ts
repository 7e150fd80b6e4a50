import { element } from "./element.ts";

/** Screen readers are told at most one thing in this time, in milliseconds, the newest: more would only be cut off. */
const quietMs = 1_500;

/** Speaks through a polite live region. The answer itself is not in one: a reader would read every word as it comes. */
export class Announcer {
  readonly element = element("div", {
    className: "spoken-only",
    attributes: { "aria-live": "polite", role: "status" },
  });
  #next: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.#next = text;
    if (this.#timer === undefined) this.#speak();
  }

  #speak(): void {
    this.#timer = undefined;
    if (this.#next === undefined) return;
    this.element.textContent = this.#next;
    this.#next = undefined;
    this.#timer = setTimeout(() => this.#speak(), quietMs);
  }
}
