import { element } from "../ui/element.ts";
import type { BlockOptions, BlockView } from "./block-view.ts";
import type { Block } from "./blocks.ts";
import { drawInline } from "./draw-inline.ts";

type TableBlock = Extract<Block, { type: "table" }>;

/** A table that scrolls by itself where it is wide. While it grows, the rows that are complete stay as they are. */
export class TableView implements BlockView {
  readonly element: HTMLElement;
  readonly #options: BlockOptions;
  readonly #body = element("tbody");
  #block: TableBlock;

  constructor(block: TableBlock, options: BlockOptions) {
    this.#options = options;
    this.#block = { ...block, rows: [] };
    const head = element("thead", { children: [this.#row("th", block.header)] });
    const table = element("table", { children: [head, this.#body] });
    // Reachable by keyboard, because it scrolls.
    this.element = element("div", { className: "table-scroll", attributes: { tabindex: "0" }, children: [table] });
    this.update(block);
  }

  update(next: Block): boolean {
    const before = this.#block;
    if (next.type !== "table" || !isSame(before.header, next.header) || next.rows.length < before.rows.length)
      return false;
    for (const [index, row] of next.rows.entries()) {
      if (isSame(before.rows[index], row)) continue;
      const drawn = this.#row("td", row);
      const old = this.#body.children[index];
      if (old === undefined) this.#body.append(drawn);
      else old.replaceWith(drawn);
    }
    this.#block = next;
    return true;
  }

  #row(name: "th" | "td", texts: readonly string[]): HTMLElement {
    const cells = texts.map((text) => element(name, { children: drawInline(text, this.#options.imageWord) }));
    return element("tr", { children: cells });
  }
}

const isSame = (before: readonly string[] | undefined, now: readonly string[]): boolean =>
  before?.length === now.length && before.every((text, index) => text === now[index]);
