import { type BlockOptions, type BlockView, blockView } from "./block-view.ts";
import type { Block } from "./blocks.ts";

/** Blocks one below the other. Only those that have changed are drawn, and of long ones only what is new. */
export class BlockList {
  readonly #host: HTMLElement;
  readonly #options: BlockOptions;
  readonly #views: BlockView[] = [];
  #blocks: readonly Block[] = [];

  constructor(host: HTMLElement, options: BlockOptions) {
    this.#host = host;
    this.#options = options;
  }

  show(blocks: readonly Block[]): void {
    for (const [index, block] of blocks.entries()) {
      const before = this.#blocks[index];
      if (before?.source !== block.source) this.#put(index, block);
    }
    for (const { element } of this.#views.splice(blocks.length)) element.remove();
    this.#blocks = blocks;
  }

  #put(index: number, block: Block): void {
    const known = this.#views[index];
    if (known?.update?.(block) === true) return;
    const view = blockView(block, this.#options);
    this.#views[index] = view;
    if (known === undefined) this.#host.append(view.element);
    else known.element.replaceWith(view.element);
  }
}
