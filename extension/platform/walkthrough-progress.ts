import { Emitter } from "./emitter.ts";
import type { WalkthroughStep } from "./views.ts";

/**
 * Which steps of the walkthrough are done, for those that were before it was opened: the editor ticks a step when a
 * condition becomes true, and not when it has been true already. So nothing is told until the walkthrough is there.
 */
export class WalkthroughProgress {
  readonly #done = new Set<WalkthroughStep>();
  readonly #didChange = new Emitter<void>();
  #isOpen = false;

  readonly onDidChange = this.#didChange.event;

  /** The names of the steps that are done, with a space between them; "" until the walkthrough was opened. */
  get told(): string {
    return this.#isOpen ? [...this.#done].join(" ") : "";
  }

  did(step: WalkthroughStep): void {
    if (this.#done.has(step)) return;
    this.#done.add(step);
    if (this.#isOpen) this.#didChange.fire();
  }

  opened(): void {
    this.#isOpen = true;
    this.#didChange.fire();
  }
}
