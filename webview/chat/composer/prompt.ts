import type { SendKey } from "../../../contract/webview/chat.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { element } from "../../ui/element.ts";
import { isSending } from "./sending-key.ts";

export interface PromptOptions {
  readonly words: ChatWords;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly sendsWith: SendKey;
  readonly onEnter: () => void;
  /** What the person has asked before, oldest first. */
  readonly questions: () => readonly string[];
}

/** The field that a question is written in. Up and down in an empty one go through what was asked before. */
export class Prompt {
  readonly element: HTMLTextAreaElement;
  readonly #options: PromptOptions;
  /** How far back the text that is shown was asked: 1 is the last; 0 is one's own text. */
  #back = 0;

  constructor(options: PromptOptions) {
    this.#options = options;
    const { prompt, promptPlaceholder } = options.words;
    this.element = element("textarea", {
      attributes: { rows: "1", "aria-label": prompt, placeholder: promptPlaceholder, spellcheck: "true" },
    });
    this.element.value = options.text;
    this.element.addEventListener("input", () => {
      this.#back = 0;
      options.onChange(this.text);
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get text(): string {
    return this.element.value;
  }

  focus(): void {
    this.element.focus();
  }

  /** As if it were typed: undo brings back what was there before. */
  write(text: string): void {
    this.element.focus();
    this.element.select();
    // The one way to change a field that its undo knows of.
    const isWritten = document.execCommand("insertText", false, text);
    if (!isWritten) this.#replace(text);
  }

  clear(): void {
    this.#back = 0;
    this.#replace("");
  }

  #replace(text: string): void {
    this.element.value = text;
    this.#options.onChange(text);
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes a character, Enter chooses it.
    if (event.isComposing) return;
    if (event.key === "Enter" && isSending(event, this.#options.sendsWith)) {
      event.preventDefault();
      this.#options.onEnter();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.#recall(event);
  }

  #recall(event: KeyboardEvent): void {
    if (event.shiftKey || event.altKey || (this.#back === 0 && this.text !== "")) return;
    const { selectionStart, selectionEnd } = this.element;
    const isUp = event.key === "ArrowUp";
    // Within a text of several lines the keys move from line to line.
    const passed = isUp ? this.text.slice(0, selectionStart) : this.text.slice(selectionEnd);
    if (passed.includes("\n")) return;
    const questions = this.#options.questions();
    const back = this.#back + (isUp ? 1 : -1);
    if (back < 0 || back > questions.length) return;
    event.preventDefault();
    this.#replace(back === 0 ? "" : (questions.at(-back) ?? ""));
    this.#back = back;
  }
}
