import type { CompareColumn } from "../../contract/webview/compare-columns.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { element } from "../ui/element.ts";
import { ColumnView, type ColumnViewOptions } from "./column-view.ts";
import type { CompareUpdate } from "./compare-update.ts";
import { ScrollTogether } from "./scroll-together.ts";

export interface ColumnGridOptions extends Omit<ColumnViewOptions, "scrollAlone"> {
  readonly words: CompareWords;
}

/** The answers side by side, scrolled together and compared as a person wants it. */
export class ColumnGrid {
  readonly element: HTMLElement;
  readonly #options: ColumnGridOptions;
  readonly #scroll = new ScrollTogether();
  #views: ColumnView[] = [];
  #showsDifferences = false;
  #base: string | undefined;

  constructor(options: ColumnGridOptions) {
    this.#options = options;
    this.element = element("div", {
      className: "columns",
      attributes: { role: "group", "aria-label": options.words.answers },
    });
  }

  get columns(): readonly CompareColumn[] {
    return this.#views.map(({ column }) => column);
  }
  /** The answer that the others are compared with. */
  get base(): string | undefined {
    return this.#base;
  }

  set scrollsTogether(isOn: boolean) {
    this.#scroll.isOn = isOn;
  }

  /** Shows how the others differ from one answer, once all are complete. */
  showDifferences(isOn: boolean, base = this.#base): void {
    this.#showsDifferences = isOn;
    this.#base = base;
    this.#compare();
  }

  update({ isReset, columns, appended }: CompareUpdate): void {
    if (isReset) {
      for (const view of this.#views) {
        this.#scroll.remove(view);
        view.element.remove();
      }
      this.#views = [];
      this.#base = columns[0]?.id;
    }
    for (const column of columns) this.#put(column);
    for (const { columnId, ...more } of appended) {
      this.#views.find(({ column }) => column.id === columnId)?.append(more);
    }
    if (columns.length > 0) this.#compare();
  }

  #put(column: CompareColumn): void {
    const known = this.#views.find((view) => view.column.id === column.id);
    if (known !== undefined) {
      known.show(column);
      return;
    }
    const scrollAlone = (scroller: HTMLElement, top: number): void => this.#scroll.scrollAlone(scroller, top);
    const view = new ColumnView(column, { ...this.#options, scrollAlone });
    this.#views.push(view);
    this.#scroll.add(view);
    this.element.append(view.element);
  }

  #compare(): void {
    const base = this.#views.find(({ column }) => column.id === this.#base);
    const isShown = this.#showsDifferences && base !== undefined && !this.#views.some(({ isOpen }) => isOpen);
    for (const view of this.#views) {
      view.compare(!isShown ? null : view === base ? "itself" : { base: base.column.text });
    }
  }
}
