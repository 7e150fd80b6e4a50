import { element } from "../ui/element.ts";

/**
 * A part of a page that is made anew only when what it shows has changed, and then keeps the focus on the control with
 * the same `data-key`.
 */
export class KeptPart<Data> {
  readonly element: HTMLElement;
  readonly #build: (data: Data) => readonly Node[];
  #shown = "";

  constructor(className: string, build: (data: Data) => readonly Node[]) {
    this.element = element("section", { className });
    this.#build = build;
  }

  show(data: Data): void {
    const next = JSON.stringify(data);
    if (next === this.#shown) return;
    this.#shown = next;
    const { activeElement } = document;
    const focused = this.element.contains(activeElement) ? activeElement?.getAttribute("data-key") : null;
    const parts = this.#build(data);
    this.element.replaceChildren(...parts);
    this.element.hidden = parts.length === 0;
    if (typeof focused !== "string") return;
    const all = [...this.element.querySelectorAll<HTMLElement>("[data-key]")];
    // Where that control has gone, the first one is the nearest.
    (all.find((each) => each.getAttribute("data-key") === focused) ?? all[0])?.focus();
  }
}
