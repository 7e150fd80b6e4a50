import type { Health } from "../../contract/mesh/health.ts";
import type { Thing } from "../../contract/webview/mesh-things.ts";
import type { ThingWords } from "../topology/thing-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";

/** Screen readers are told of changes at most so often, in milliseconds. */
const quietMs = 5_000;

/** Says what has changed in the mesh: one thing by its name, several as a sum, and never more than one sentence in five seconds. */
export class MeshAnnouncer {
  readonly element = element("div", {
    className: "spoken-only",
    attributes: { role: "status", "aria-live": "polite" },
  });
  readonly #words: ThingWords;
  readonly #changes = new Map<string, { readonly name: string; readonly health: Health }>();
  readonly #totals: () => { readonly ill: number; readonly all: number };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(words: ThingWords, totals: () => { readonly ill: number; readonly all: number }) {
    this.#words = words;
    this.#totals = totals;
  }

  /** At once: an answer to what a person has done. */
  say(text: string): void {
    this.element.textContent = text;
  }

  /** A thing is not as it was. Told now or with the next sum. */
  changed(thing: Thing): void {
    this.#changes.set(thing.id, { name: this.#words.name(thing), health: thing.health });
    this.#timer ??= setTimeout(() => this.#tell(), 0);
  }

  #tell(): void {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    this.#timer = undefined;
    if (changes.length === 0) return;
    this.say(this.#sentence(changes));
    this.#timer = setTimeout(() => this.#tell(), quietMs);
  }

  #sentence(changes: readonly { readonly name: string; readonly health: Health }[]): string {
    const { spoken, health } = this.#words.words;
    const [first] = changes;
    if (first !== undefined && changes.length === 1)
      return fillIn(spoken.healthChanged, first.name, health[first.health]);
    const { ill } = this.#totals();
    return ill === 0 ? spoken.allHealthy : fillIn(spoken.manyChanged, changes.length, ill);
  }
}
