import { element } from "../ui/element.ts";
import type { BlockOptions, BlockView } from "./block-view.ts";
import type { Block } from "./blocks.ts";
import { type CodeReader, codeReader } from "./highlight/code-reader.ts";

type CodeBlock = Extract<Block, { type: "code" }>;

/** What one line of code looks like, and what was open at its end: a comment or a text that goes on below. */
interface Line {
  readonly element: HTMLElement;
  readonly open: string | null;
}

/** A block of code with its bar. While it grows, only its last line and the new ones are read and drawn. */
export class CodeView implements BlockView {
  readonly element: HTMLElement;
  readonly #code = element("code");
  readonly #language: string;
  readonly #read: CodeReader;
  #lines: Line[] = [];
  #text = "";

  constructor(block: CodeBlock, options: BlockOptions) {
    this.#language = block.language;
    this.#read = codeReader(block.language);
    const name = block.language.slice(0, 24);
    const bar = options.codeBar(name, () => this.#text);
    // Reachable by keyboard, because long lines scroll.
    const attributes = { tabindex: "0", role: "group", "aria-label": name === "" ? "code" : name };
    const pre = element("pre", { attributes, children: [this.#code] });
    this.element = element("div", { className: "code-block", children: [bar, pre] });
    this.#show(block.text);
  }

  update(next: Block): boolean {
    if (next.type !== "code" || next.language !== this.#language) return false;
    this.#show(next.text);
    return true;
  }

  #show(text: string): void {
    const hasGrown = this.#lines.length > 0 && text.startsWith(this.#text);
    for (const { element: old } of this.#lines.splice(hasGrown ? -1 : 0)) old.remove();
    const from = hasGrown ? this.#text.lastIndexOf("\n") + 1 : 0;
    const added = text.slice(from).split("\n");
    for (const [index, line] of added.entries()) this.#add(line, index === added.length - 1);
    this.#text = text;
  }

  #add(text: string, isLast: boolean): void {
    const { tokens, open } = this.#read(text, this.#lines.at(-1)?.open ?? null);
    const children = tokens.map(({ kind, text: words }) =>
      kind === null ? words : element("span", { className: `is-${kind}`, children: [words] }),
    );
    const line = element("span", { children: isLast ? children : [...children, "\n"] });
    this.#code.append(line);
    this.#lines.push({ element: line, open });
  }
}
