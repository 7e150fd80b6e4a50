/** So many answers are remembered; the oldest go first. */
const maxRemembered = 100;

/** Which answers' thoughts a person has unfolded or folded: it is theirs for as long as the editor keeps the page's state. */
export class OpenThoughts {
  readonly #chosen: Map<string, boolean>;
  readonly #keep: (chosen: Record<string, boolean>) => void;

  /** Whether those are open that nobody has folded or unfolded. */
  opensAll = false;

  constructor(chosen: Readonly<Record<string, boolean>>, keep: (chosen: Record<string, boolean>) => void) {
    this.#chosen = new Map(Object.entries(chosen));
    this.#keep = keep;
  }

  get(turnId: string): boolean | undefined {
    return this.#chosen.get(turnId) ?? (this.opensAll ? true : undefined);
  }

  set(turnId: string, isOpen: boolean): void {
    this.#chosen.delete(turnId);
    this.#chosen.set(turnId, isOpen);
    for (const oldest of this.#chosen.keys()) {
      if (this.#chosen.size <= maxRemembered) break;
      this.#chosen.delete(oldest);
    }
    this.#keep(Object.fromEntries(this.#chosen));
  }
}
