import { element } from "../ui/element.ts";
import { BlockList } from "./block-list.ts";
import type { BlockOptions } from "./block-view.ts";
import { GrowingBlocks } from "./growing-blocks.ts";
import { visibleText } from "./visible-text.ts";

export type MarkdownOptions = BlockOptions;

/**
 * Draws an answer while it grows. Blocks whose source has not changed keep their elements, so that a selection, a
 * scroll position and the work of drawing them stay.
 */
export class MarkdownView {
  readonly element = element("div", { className: "markdown" });
  readonly #blocks = new GrowingBlocks();
  readonly #list: BlockList;
  #shown = "";

  constructor(options: MarkdownOptions) {
    this.#list = new BlockList(this.element, options);
  }

  show(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    this.#list.show(this.#blocks.read(visibleText(text)));
  }
}
