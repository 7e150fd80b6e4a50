import { type Block, type PlacedBlock, readBlocks } from "./blocks.ts";

/**
 * So many blocks at the end may still become something else as text is added: the last one, and the one before it, which
 * looks one line ahead to see whether it goes on.
 */
const unsettled = 2;

/** Reads an answer while it grows: blocks that cannot change any more are not read again. */
export class GrowingBlocks {
  #text = "";
  #settled: Block[] = [];
  /** Characters of the text that the settled blocks are made of. */
  #settledLength = 0;

  /** The blocks of the whole text. Those that have settled are the same objects as before. */
  read(text: string): readonly Block[] {
    if (!text.startsWith(this.#text)) {
      this.#settled = [];
      this.#settledLength = 0;
    }
    this.#text = text;
    const open = readBlocks(text.slice(this.#settledLength));
    const settling = Math.max(0, open.length - unsettled);
    const blocks = [...this.#settled, ...open.map(({ block }) => block)];
    const firstOpen: PlacedBlock | undefined = open[settling];
    if (settling > 0 && firstOpen !== undefined) {
      this.#settled = blocks.slice(0, this.#settled.length + settling);
      this.#settledLength += firstOpen.at;
    }
    return blocks;
  }
}
