import type { Thing } from "../../contract/webview/mesh-things.ts";
import { element } from "../ui/element.ts";
import { healthMark } from "../ui/health-mark.ts";
import type { ThingWords } from "./thing-words.ts";

/** A pointer that only passes by opens nothing, in milliseconds. */
const restMs = 250;

/** What a pointer that rests on a thing is told: its whole name, how it is, and the two figures that matter. */
export class HoverCard {
  // The tree says all of this to those who do not point.
  readonly element = element("div", { className: "hover-card", attributes: { "aria-hidden": "true", hidden: "" } });
  readonly #words: ThingWords;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(words: ThingWords) {
    this.#words = words;
  }

  /** @param place where the thing is on the screen when the time has come; undefined when it is gone */
  show(thing: Thing, place: () => { x: number; y: number; height: number } | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const at = place();
      if (at !== undefined) this.#open(thing, at);
    }, restMs);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }

  #open(thing: Thing, { x, y, height }: { x: number; y: number; height: number }): void {
    const figures = this.#words
      .keyFigures(thing)
      .flatMap(({ name, value }) => [element("dt", { children: [name] }), element("dd", { children: [value] })]);
    const state = this.#words.state(thing);
    this.element.replaceChildren(
      element("div", { className: "hover-name", children: [this.#words.name(thing)] }),
      ...(state === ""
        ? []
        : [element("div", { className: "state-line", children: [healthMark(thing.health), state] })]),
      element("dl", { children: figures }),
    );
    this.element.hidden = false;
    const host = this.element.parentElement;
    const { offsetWidth, offsetHeight } = this.element;
    const room = { width: host?.clientWidth ?? 0, height: host?.clientHeight ?? 0 };
    const below = y + height / 2 + 8;
    const top = below + offsetHeight > room.height ? y - height / 2 - 8 - offsetHeight : below;
    const left = Math.min(Math.max(4, x - offsetWidth / 2), room.width - offsetWidth - 4);
    this.element.style.translate = `${left}px ${Math.max(4, top)}px`;
  }
}
