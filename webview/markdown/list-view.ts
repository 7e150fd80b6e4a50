import { element } from "../ui/element.ts";
import { BlockList } from "./block-list.ts";
import type { BlockOptions, BlockView } from "./block-view.ts";
import type { Block } from "./blocks.ts";
import { drawInline } from "./draw-inline.ts";

type ListBlock = Extract<Block, { type: "list" }>;

/** A list. While it grows, the items that are complete stay as they are. */
export class ListView implements BlockView {
  readonly element: HTMLElement;
  readonly #options: BlockOptions;
  #block: ListBlock;

  constructor(block: ListBlock, options: BlockOptions) {
    this.#options = options;
    this.#block = block;
    const children = block.items.map((item) => this.#item(item));
    this.element =
      block.start === undefined
        ? element("ul", { children })
        : element("ol", { children, attributes: { start: String(block.start) } });
  }

  update(next: Block): boolean {
    const before = this.#block;
    if (next.type !== "list" || next.start !== before.start || next.items.length < before.items.length) return false;
    for (const [index, item] of next.items.entries()) {
      if (isSame(before.items[index], item)) continue;
      const drawn = this.#item(item);
      const old = this.element.children[index];
      if (old === undefined) this.element.append(drawn);
      else old.replaceWith(drawn);
    }
    this.#block = next;
    return true;
  }

  #item(blocks: readonly Block[]): HTMLElement {
    const [only] = blocks;
    const item = element("li");
    if (blocks.length === 1 && only?.type === "paragraph")
      item.append(...drawInline(only.text, this.#options.imageWord));
    else new BlockList(item, this.#options).show(blocks);
    return item;
  }
}

const isSame = (before: readonly Block[] | undefined, now: readonly Block[]): boolean =>
  before?.length === now.length && before.every(({ source }, index) => source === now[index]?.source);
