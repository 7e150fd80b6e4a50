import type { ChatAction } from "../../contract/webview/chat-notice.ts";
import type { CompareColumn } from "../../contract/webview/compare-columns.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { MarkdownView } from "../markdown/render-markdown.ts";
import { busySign } from "../ui/busy-sign.ts";
import { copyButton } from "../ui/copy-button.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { icon } from "../ui/icon.ts";
import { iconButton } from "../ui/icon-button.ts";
import { compareNotice } from "./compare-notice.ts";
import { baseText, diffText } from "./diff-text.ts";

export interface ColumnViewOptions {
  readonly words: CompareWords;
  readonly language: string;
  readonly onStop: (columnId: string) => void;
  readonly onAskAgain: (columnId: string) => void;
  readonly onCopy: (text: string) => void;
  readonly onAct: (action: ChatAction) => void;
  /** Scrolls this column, and no other with it. */
  readonly scrollAlone: (scroller: HTMLElement, top: number) => void;
}

/** With which text a column is compared; `itself` when it is the base. */
export type Comparison = { readonly base: string } | "itself" | null;

/** So near to its end, in pixels, a person follows what is written; further up they read something else. */
const followsWithin = 40;

/** One answer, a region of its own. */
export class ColumnView {
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  readonly #options: ColumnViewOptions;
  readonly #title = element("h2");
  readonly #detail = element("span", { className: "muted column-detail" });
  readonly #actions = element("div", { className: "column-actions" });
  readonly #answer = element("div");
  readonly #reasoning = element("div", { className: "reasoning-text" });
  readonly #thoughts: HTMLDetailsElement;
  readonly #notes = element("div", { className: "column-notes" });
  readonly #figures = element("dl", { className: "figures" });
  readonly #markdown: MarkdownView;
  #column: CompareColumn;
  #comparison: Comparison = null;
  #drawn = "";
  #follows = true;
  /** A person has folded or unfolded the thoughts. */
  #hasChosen = false;

  constructor(column: CompareColumn, options: ColumnViewOptions) {
    this.#column = column;
    this.#options = options;
    const { words, onCopy } = options;
    this.#markdown = new MarkdownView({
      imageWord: words.image,
      codeBar: (language, text) =>
        element("div", {
          className: "code-bar",
          children: [
            element("span", { className: "code-language", children: [language] }),
            copyButton({ label: words.copyCode, doneLabel: words.copied, onPress: () => onCopy(text()) }),
          ],
        }),
    });
    const summary = element("summary", { children: [words.reasoning] });
    summary.addEventListener("click", () => {
      this.#hasChosen = true;
    });
    this.#thoughts = element("details", { className: "reasoning", children: [summary, this.#reasoning] });
    // Focusable, so that the keyboard can scroll it.
    this.scroller = element("div", {
      className: "column-body",
      attributes: { tabindex: "0", role: "group" },
      children: [this.#thoughts, this.#answer, this.#notes],
    });
    this.#title.id = `title-${column.id}`;
    const names = element("div", { className: "column-names", children: [this.#title, this.#detail] });
    this.element = element("section", {
      className: "column",
      attributes: { "aria-labelledby": this.#title.id },
      children: [
        element("header", { className: "column-head", children: [names, this.#actions] }),
        this.scroller,
        this.#figures,
      ],
    });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.show(column);
  }

  get column(): CompareColumn {
    return this.#column;
  }
  get isOpen(): boolean {
    return isOpen(this.#column);
  }

  /** What two columns have in common when they are scrolled together. */
  blocks(): readonly Element[] {
    return this.#comparison === null ? [...this.#markdown.element.children] : [...this.#answer.children];
  }

  append({ text, reasoning }: { readonly text: string; readonly reasoning: string }): void {
    this.#column = {
      ...this.#column,
      text: this.#column.text + text,
      reasoning: this.#column.reasoning + reasoning,
    };
    this.#drawAnswer();
  }

  show(column: CompareColumn): void {
    this.#column = column;
    const { title, detail, isWinner } = column;
    this.#title.textContent = title;
    this.#detail.textContent = detail;
    this.#detail.title = detail;
    this.scroller.setAttribute("aria-label", title);
    this.element.classList.toggle("is-winner", isWinner);
    this.element.setAttribute("aria-busy", String(this.isOpen));
    this.#drawActions();
    this.#notes.replaceChildren(...this.#noteParts());
    this.#figures.replaceChildren(...this.#figureParts());
    this.#drawAnswer();
  }

  /** Shows how the answer differs from another one; null shows the answer alone. */
  compare(comparison: Comparison): void {
    this.#comparison = comparison;
    this.#drawAnswer();
  }

  #drawAnswer(): void {
    const { text, reasoning } = this.#column;
    this.#thoughts.hidden = reasoning === "";
    // Open while they are all there is, until a person decides.
    if (!this.#hasChosen) this.#thoughts.open = text === "" && this.isOpen;
    this.#reasoning.textContent = reasoning;
    const comparison = this.#comparison;
    const { words } = this.#options;
    if (comparison === null) {
      this.#markdown.show(text);
      if (this.#drawn !== "markdown") this.#answer.replaceChildren(this.#markdown.element);
      this.#drawn = "markdown";
    } else {
      const drawn = JSON.stringify([comparison, text]);
      if (drawn !== this.#drawn) {
        const view = comparison === "itself" ? baseText(text, words) : diffText(comparison.base, text, this.#options);
        this.#answer.replaceChildren(view);
      }
      this.#drawn = drawn;
    }
    if (this.#follows && this.isOpen) this.#options.scrollAlone(this.scroller, this.scroller.scrollHeight);
  }

  #drawActions(): void {
    const { words, onStop, onAskAgain, onCopy } = this.#options;
    const { id, title, text } = this.#column;
    const had = this.#actions.contains(document.activeElement);
    const buttons: HTMLButtonElement[] = [];
    if (this.isOpen) {
      buttons.push(iconButton({ icon: "stop", label: fillIn(words.stop, title), onPress: () => onStop(id) }));
    } else {
      if (text !== "") {
        buttons.push(
          copyButton({ label: words.copyAnswer, doneLabel: words.copied, onPress: () => onCopy(this.#column.text) }),
        );
      }
      buttons.push(iconButton({ icon: "retry", label: fillIn(words.askAgain, title), onPress: () => onAskAgain(id) }));
    }
    // Made anew only when they are others: a button that is replaced under a finger does nothing.
    const wanted = JSON.stringify([this.isOpen, text !== "", title]);
    if (wanted === this.#actions.dataset.shown) return;
    this.#actions.dataset.shown = wanted;
    this.#actions.replaceChildren(...buttons);
    if (had) buttons[0]?.focus();
  }

  #noteParts(): Node[] {
    const { words, onAct } = this.#options;
    const { state, text, reasoning, progress, isCut, isWinner, failure } = this.#column;
    const note = (...children: (Node | string)[]): HTMLElement => element("p", { className: "note", children });
    const parts: Node[] = [];
    if (state === "queued") parts.push(note(words.queued));
    if (state === "waiting") parts.push(note(busySign(), progress || words.waiting));
    if (state === "stopped") parts.push(note(words.stopped));
    if (state === "done" && text === "" && reasoning === "") parts.push(note(words.empty));
    if (isCut) parts.push(note(words.cut));
    if (isWinner) parts.push(note(icon("check"), words.winner));
    if (failure !== null) parts.push(compareNotice(failure, onAct));
    return parts;
  }

  #figureParts(): Node[] {
    const { words } = this.#options;
    return this.#column.figures.map(({ name, value, isBest }) => {
      const best = isBest ? [" ", element("span", { className: "best", children: [words.bestFigure] })] : [];
      return element("div", {
        children: [element("dt", { children: [name] }), element("dd", { children: [value, ...best] })],
      });
    });
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#follows = scrollHeight - scrollTop - clientHeight < followsWithin;
  }
}

/** True until the answer has ended, however it ends. */
export const isOpen = ({ state }: CompareColumn): boolean =>
  state === "queued" || state === "waiting" || state === "streaming";
