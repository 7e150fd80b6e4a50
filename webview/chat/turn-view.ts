import type { ChatAction } from "../../contract/webview/chat-notice.ts";
import type { Turn } from "../../contract/webview/chat-turns.ts";
import type { ChatWords } from "../../contract/webview/chat-words.ts";
import { MarkdownView } from "../markdown/render-markdown.ts";
import { iconButton } from "../ui/button.ts";
import { copyButton } from "../ui/copy-button.ts";
import { element } from "../ui/element.ts";
import { noticeBox } from "./notice-bar.ts";

export interface TurnViewOptions {
  readonly words: ChatWords;
  readonly onCopy: (text: string) => void;
  readonly onRetry: () => void;
  readonly onAct: (action: ChatAction) => void;
}

/** One question or answer. */
export class TurnView {
  readonly element: HTMLElement;
  readonly #options: TurnViewOptions;
  readonly #title = element("h2", { className: "turn-title" });
  readonly #body = element("div", { className: "turn-body" });
  readonly #footer = element("div", { className: "turn-footer" });
  readonly #markdown: MarkdownView;
  #turn: Turn;
  #isLast = true;

  constructor(turn: Turn, options: TurnViewOptions) {
    this.#turn = turn;
    this.#options = options;
    const { words } = options;
    this.#markdown = new MarkdownView({
      imageWord: words.image,
      codeBar: (language, text) =>
        element("div", {
          className: "code-bar",
          children: [
            element("span", { className: "code-language", children: [language] }),
            copyButton({ label: words.copyCode, doneLabel: words.copied, onPress: () => options.onCopy(text()) }),
          ],
        }),
    });
    const children = [this.#title, this.#body, this.#footer];
    this.element = element("article", { className: `turn is-${turn.role}`, children });
    this.show(turn);
  }

  get turn(): Turn {
    return this.#turn;
  }

  append({ text, reasoning }: { readonly text: string; readonly reasoning: string }): void {
    const turn = this.#turn;
    if (turn.role === "user") return;
    this.show({ ...turn, text: turn.text + text, reasoning: turn.reasoning + reasoning });
  }

  /** Only the last answer can be asked for again. */
  set isLast(isLast: boolean) {
    if (isLast === this.#isLast) return;
    this.#isLast = isLast;
    this.show(this.#turn);
  }

  show(turn: Turn): void {
    this.#turn = turn;
    if (turn.role === "user") {
      this.#title.textContent = this.#options.words.you;
      // The bubble's place says it to the eye.
      this.#title.classList.add("spoken-only");
      this.#body.textContent = turn.text;
      this.#footer.remove();
      return;
    }
    this.#title.textContent = turn.model;
    this.element.setAttribute("aria-busy", String(isWriting(turn)));
    this.#markdown.show(turn.text);
    this.#body.replaceChildren(...this.#answerParts(turn));
    this.#footer.replaceChildren(...this.#footerParts(turn));
  }

  #answerParts(turn: Extract<Turn, { role: "assistant" }>): Node[] {
    const { words, onAct, onRetry } = this.#options;
    const note = (text: string): HTMLElement => element("p", { className: "turn-note", children: [text] });
    const parts: Node[] = turn.text === "" ? [] : [this.#markdown.element];
    if (turn.state === "waiting") {
      const dots = element("span", { className: "busy", attributes: { "aria-hidden": "true" } });
      parts.push(element("p", { className: "turn-note", children: [dots, turn.figures || words.thinking] }));
    }
    if (turn.state === "stopped") parts.push(note(words.stopped));
    if (turn.state === "interrupted") parts.push(note(words.interrupted));
    if (turn.isCut) parts.push(note(words.cut));
    if (turn.failure !== null) {
      const retry = this.#isLast ? { retry: { label: words.retry, onPress: onRetry } } : {};
      parts.push(noticeBox(turn.failure, { onAct, ...retry }));
    }
    return parts;
  }

  #footerParts(turn: Extract<Turn, { role: "assistant" }>): Node[] {
    if (isWriting(turn)) return [];
    const { words, onCopy, onRetry } = this.#options;
    const parts: Node[] = [];
    if (turn.text !== "") {
      const copy = { label: words.copyAnswer, doneLabel: words.copied, onPress: () => onCopy(turn.text) };
      parts.push(copyButton(copy));
    }
    if (this.#isLast && turn.failure === null) {
      parts.push(iconButton({ icon: "retry", label: words.retry, onPress: onRetry }));
    }
    parts.push(element("span", { className: "figures", children: [turn.figures] }));
    return parts;
  }
}

/** True while the answer is being written. */
export const isWriting = (turn: Turn): boolean =>
  turn.role === "assistant" && (turn.state === "waiting" || turn.state === "streaming");
