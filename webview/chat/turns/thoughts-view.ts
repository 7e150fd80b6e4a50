import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { type MarkdownOptions, MarkdownView } from "../../markdown/render-markdown.ts";
import { element } from "../../ui/element.ts";

export interface ThoughtsViewOptions {
  readonly words: ChatWords["answer"];
  readonly markdown: MarkdownOptions;
  /** As the person has chosen for this answer; undefined where they have not. */
  readonly chosen: boolean | undefined;
  readonly onChoose: (isOpen: boolean) => void;
}

/** What a model thought before it answered, folded. It is open while it is all there is, unless a person has folded it. */
export class ThoughtsView {
  readonly element: HTMLDetailsElement;
  readonly #words: ChatWords["answer"];
  readonly #markdown: MarkdownView;
  readonly #summary = element("summary");
  #chosen: boolean | undefined;
  #text = "";

  constructor({ words, markdown, chosen, onChoose }: ThoughtsViewOptions) {
    this.#words = words;
    this.#chosen = chosen;
    this.#markdown = new MarkdownView(markdown);
    this.#summary.dataset.control = "thoughts";
    this.element = element("details", { className: "thoughts", children: [this.#summary, this.#markdown.element] });
    this.#summary.addEventListener("click", () => {
      // The click comes before the change.
      this.#chosen = !this.element.open;
      onChoose(this.#chosen);
    });
    this.element.addEventListener("toggle", () => this.#draw());
  }

  /** `isAllThereIs`: the answer itself has not begun. */
  show(text: string, isAllThereIs: boolean): void {
    this.#text = text;
    this.#summary.textContent = isAllThereIs ? this.#words.reasoningNow : this.#words.reasoning;
    this.element.open = this.#chosen ?? isAllThereIs;
    this.#draw();
  }

  /** What is folded is not drawn: thoughts are often longer than the answer. */
  #draw(): void {
    if (this.element.open) this.#markdown.show(this.#text);
  }
}
