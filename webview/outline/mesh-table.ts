import type { Thing } from "../../contract/webview/mesh-things.ts";
import type { ThingWords } from "../topology/thing-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { healthMark } from "../ui/health-mark.ts";
import { type Column, type Sorting, sortThings, tableColumns } from "./table-rows.ts";

export interface MeshTableOptions {
  readonly words: ThingWords;
  readonly onOpen: (id: string) => void;
}

/** So many lines at first: a person reads the top of a sorted table. */
const maxRows = 300;

/** The mesh as a table that can be sorted. Its columns are the same as those of the exported file. */
export class MeshTable {
  readonly element: HTMLElement;
  readonly #options: MeshTableOptions;
  readonly #columns: readonly Column[];
  readonly #body = element("tbody");
  readonly #headers = new Map<string, HTMLElement>();
  readonly #more: HTMLButtonElement;
  #things: readonly Thing[] = [];
  #selected: string | null = null;
  #sorting: Sorting = { column: "", isDescending: false };
  #showsAll = false;

  constructor(options: MeshTableOptions) {
    this.#options = options;
    this.#columns = tableColumns(options.words);
    const { caption } = options.words.words.table;
    const head = element("tr", { children: this.#columns.map((column) => this.#header(column)) });
    const table = element("table", {
      children: [
        element("caption", { className: "spoken-only", children: [caption] }),
        element("thead", { children: [head] }),
        this.#body,
      ],
    });
    this.#more = element("button", { className: "text-button", attributes: { type: "button" } });
    this.#more.addEventListener("click", () => {
      this.#showsAll = true;
      this.#draw();
    });
    const attributes = { tabindex: "0", role: "region", "aria-label": caption };
    this.element = element("div", { className: "mesh-table", attributes, children: [table, this.#more] });
  }

  /** Things in the order that a person has chosen. */
  sort(things: readonly Thing[]): Thing[] {
    return sortThings(things, this.#columns, this.#sorting);
  }

  show(things: readonly Thing[], selected: string | null): void {
    this.#things = things;
    this.#selected = selected;
    this.#draw();
  }

  /** The focus returns to what was opened from here. */
  focusOn(id: string): void {
    const own = [...this.#body.rows].find(({ dataset }) => dataset.thing === id);
    (own?.querySelector("button") ?? this.element).focus();
  }

  #header({ id, title, isNumber }: Column): HTMLElement {
    const button = element("button", { attributes: { type: "button" }, children: [title] });
    button.addEventListener("click", () => {
      const isAgain = this.#sorting.column === id;
      // The first click on a figure asks for the largest.
      this.#sorting = { column: id, isDescending: isAgain ? !this.#sorting.isDescending : isNumber };
      this.#draw();
    });
    const header = element("th", {
      className: isNumber ? "is-number" : "",
      attributes: { scope: "col" },
      children: [button],
    });
    this.#headers.set(id, header);
    return header;
  }

  #draw(): void {
    for (const [id, header] of this.#headers) {
      const isSorted = id === this.#sorting.column;
      header.setAttribute("aria-sort", isSorted ? (this.#sorting.isDescending ? "descending" : "ascending") : "none");
    }
    const focused = document.activeElement?.closest<HTMLElement>("tr[data-thing]")?.dataset.thing;
    const sorted = this.sort(this.#things);
    const shown = this.#showsAll ? sorted : sorted.slice(0, maxRows);
    this.#body.replaceChildren(...shown.map((thing) => this.#row(thing)));
    this.#more.hidden = shown.length === sorted.length;
    this.#more.textContent = fillIn(this.#options.words.words.table.showAll, sorted.length);
    if (focused !== undefined) this.focusOn(focused);
  }

  #row(thing: Thing): HTMLTableRowElement {
    const cells = this.#columns.map(({ id, isNumber, text }) => {
      if (id === "name")
        return element("th", { attributes: { scope: "row" }, children: [this.#nameButton(thing, text(thing))] });
      const mark = id === "health" && thing.kind !== "user" ? [healthMark(thing.health)] : [];
      const inner = element("span", { className: "cell", children: [...mark, text(thing)] });
      return element("td", { className: isNumber ? "is-number" : "", children: [inner] });
    });
    const row = element("tr", { children: cells });
    row.dataset.thing = thing.id;
    row.classList.toggle("is-selected", thing.id === this.#selected);
    return row;
  }

  #nameButton({ id }: Thing, name: string): HTMLButtonElement {
    const button = element("button", { className: "link", attributes: { type: "button" }, children: [name] });
    button.addEventListener("click", () => this.#options.onOpen(id));
    return button;
  }
}
