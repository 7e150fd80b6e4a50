import { element } from "../ui/element.ts";
import { BlockList } from "./block-list.ts";
import type { Block } from "./blocks.ts";
import { CodeView } from "./code-view.ts";
import { drawInline } from "./draw-inline.ts";
import { ListView } from "./list-view.ts";
import { TableView } from "./table-view.ts";

export interface BlockOptions {
  /** Makes the bar above a code block, with its buttons. */
  readonly codeBar: (language: string, text: () => string) => HTMLElement;
  /** "Image", in the editor's language. */
  readonly imageWord: string;
}

/** One block on the page. */
export interface BlockView {
  readonly element: HTMLElement;
  /** Takes over what has grown; false when it must be drawn anew. Absent where drawing anew costs little. */
  readonly update?: (block: Block) => boolean;
}

/** Draws a block for the first time. */
export function blockView(block: Block, options: BlockOptions): BlockView {
  switch (block.type) {
    case "paragraph":
      return { element: element("p", { children: drawInline(block.text, options.imageWord) }) };
    case "heading": {
      // The page has no other headings above these than the turns' own, which are of the second level.
      const name = `h${Math.min(6, block.level + 2)}` as "h3" | "h4" | "h5" | "h6";
      return { element: element(name, { children: drawInline(block.text, options.imageWord) }) };
    }
    case "code":
      return new CodeView(block, options);
    case "quote": {
      const quote = element("blockquote");
      const list = new BlockList(quote, options);
      list.show(block.blocks);
      const update = (next: Block): boolean => {
        if (next.type === "quote") list.show(next.blocks);
        return next.type === "quote";
      };
      return { element: quote, update };
    }
    case "list":
      return new ListView(block, options);
    case "table":
      return new TableView(block, options);
    case "rule":
      return { element: element("hr") };
  }
}
