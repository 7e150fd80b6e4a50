import { element } from "../ui/element.ts";
import { type Block, parseBlocks } from "./blocks.ts";
import { type Inline, isSafeAddress, parseInline } from "./inline.ts";

export interface MarkdownOptions {
  /** Makes the bar above a code block, with its buttons. */
  readonly codeBar: (language: string, text: () => string) => HTMLElement;
  /** "Image", in the editor's language. */
  readonly imageWord: string;
}

/**
 * Draws an answer while it grows. Blocks whose source has not changed keep their elements, so that a selection, a
 * scroll position and the work of drawing them stay.
 */
export class MarkdownView {
  readonly element = element("div", { className: "markdown" });
  readonly #options: MarkdownOptions;
  #sources: string[] = [];

  constructor(options: MarkdownOptions) {
    this.#options = options;
  }

  show(text: string): void {
    const blocks = parseBlocks(text);
    const old = [...this.element.children];
    for (const [index, block] of blocks.entries()) {
      if (this.#sources[index] === block.source) continue;
      const drawn = this.#block(block);
      const before = old[index];
      if (before === undefined) this.element.append(drawn);
      else before.replaceWith(drawn);
    }
    for (const extra of old.slice(blocks.length)) extra.remove();
    this.#sources = blocks.map((block) => block.source);
  }

  #block(block: Block): HTMLElement {
    switch (block.type) {
      case "paragraph":
        return element("p", { children: this.#inline(block.text) });
      case "heading": {
        // The page has no other headings above these than the turns' own, which are of the second level.
        const name = `h${Math.min(6, block.level + 2)}` as "h3" | "h4" | "h5" | "h6";
        return element(name, { children: this.#inline(block.text) });
      }
      case "code":
        return this.#code(block.language, block.text);
      case "quote":
        return element("blockquote", { children: block.blocks.map((inner) => this.#block(inner)) });
      case "list":
        return this.#list(block.start, block.items);
      case "table":
        return this.#table(block.header, block.rows);
      case "rule":
        return element("hr");
    }
  }

  #code(language: string, text: string): HTMLElement {
    const code = element("code", { children: [text] });
    // Reachable by keyboard, because long lines scroll.
    const attributes = { tabindex: "0", role: "region", "aria-label": language === "" ? "code" : language };
    const pre = element("pre", { attributes, children: [code] });
    const bar = this.#options.codeBar(language.slice(0, 24), () => code.textContent ?? "");
    return element("div", { className: "code-block", children: [bar, pre] });
  }

  #list(start: number | undefined, items: readonly (readonly Block[])[]): HTMLElement {
    const children = items.map((blocks) => {
      const [only] = blocks;
      const isShort = blocks.length === 1 && only?.type === "paragraph";
      return element("li", {
        children: isShort ? this.#inline(only.text) : blocks.map((inner) => this.#block(inner)),
      });
    });
    if (start === undefined) return element("ul", { children });
    return element("ol", { children, attributes: { start: String(start) } });
  }

  #table(header: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
    const row = (name: "th" | "td", texts: readonly string[]): HTMLElement =>
      element("tr", { children: texts.map((text) => element(name, { children: this.#inline(text) })) });
    const table = element("table", {
      children: [
        element("thead", { children: [row("th", header)] }),
        element("tbody", { children: rows.map((texts) => row("td", texts)) }),
      ],
    });
    return element("div", { className: "table-scroll", attributes: { tabindex: "0" }, children: [table] });
  }

  #inline(text: string): Node[] {
    return parseInline(text).map((item) => this.#draw(item));
  }

  #draw(item: Inline): Node {
    const inner = (children: readonly Inline[]): Node[] => children.map((child) => this.#draw(child));
    switch (item.type) {
      case "text":
        return document.createTextNode(item.text);
      case "break":
        return element("br");
      case "code":
        return element("code", { children: [item.text] });
      case "strong":
        return element("strong", { children: inner(item.children) });
      case "emphasis":
        return element("em", { children: inner(item.children) });
      case "strike":
        return element("s", { children: inner(item.children) });
      case "link":
        if (!isSafeAddress(item.url)) return element("span", { children: inner(item.children) });
        // The editor asks before it opens an address; the title shows which one that is.
        return element("a", { attributes: { href: item.url, title: item.url }, children: inner(item.children) });
      case "image":
        return document.createTextNode(`[${this.#options.imageWord}: ${item.text || item.url}]`);
    }
  }
}
