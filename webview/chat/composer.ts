import type { ModelChoice } from "../../contract/webview/chat.ts";
import type { ChatWords } from "../../contract/webview/chat-words.ts";
import { iconButton } from "../ui/button.ts";
import { element } from "../ui/element.ts";
import { icon } from "../ui/icon.ts";
import { nameButton } from "../ui/name-button.ts";

export interface ComposerOptions {
  readonly words: ChatWords;
  readonly draft: string;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
  readonly onDraft: (text: string) => void;
  readonly onChooseModel: (model: string) => void;
}

/** Where a person writes: the prompt, the model picker, and one button that sends or stops. */
export class Composer {
  readonly element: HTMLElement;
  readonly #options: ComposerOptions;
  readonly #prompt: HTMLTextAreaElement;
  readonly #models: HTMLSelectElement;
  readonly #button: HTMLButtonElement;
  #isWriting = false;
  #canSend = false;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { words, draft } = options;
    this.#prompt = element("textarea", {
      attributes: { rows: "1", "aria-label": words.prompt, placeholder: words.promptPlaceholder, spellcheck: "true" },
    });
    this.#prompt.value = draft;
    // Native: the toolkit's dropdown has no accessible name and cannot be cut to a narrow view.
    this.#models = element("select", { className: "models", attributes: { "aria-label": words.model } });
    this.#button = iconButton({ icon: "send", label: words.send, onPress: () => this.#press() });
    this.#button.classList.add("send");
    const bar = element("div", { className: "composer-bar", children: [this.#models, this.#button] });
    this.element = element("div", { className: "composer", children: [this.#prompt, bar] });
    this.#prompt.addEventListener("input", () => this.#typed());
    this.#prompt.addEventListener("keydown", (event) => this.#key(event));
    this.#models.addEventListener("change", () => {
      const { value } = this.#models;
      this.#models.title = this.#models.selectedOptions[0]?.text ?? "";
      options.onChooseModel(value);
    });
    this.#typed();
  }

  focus(): void {
    this.#prompt.focus();
  }

  setState({ isWriting, canSend }: { readonly isWriting: boolean; readonly canSend: boolean }): void {
    this.#isWriting = isWriting;
    this.#canSend = canSend;
    this.#showButton();
  }

  setModels(models: readonly ModelChoice[], chosen: string | null): void {
    const { words } = this.#options;
    const options = models.map(({ id, label, isLoaded }) => {
      const option = element("option", { children: [isLoaded ? label : `${label} (${words.notLoaded})`] });
      option.value = id;
      option.selected = id === chosen;
      return option;
    });
    if (options.length === 0) options.push(element("option", { children: [words.noModel] }));
    this.#models.replaceChildren(...options);
    this.#models.disabled = models.length === 0;
    this.#models.title = this.#models.selectedOptions[0]?.text ?? "";
  }

  #typed(): void {
    this.#options.onDraft(this.#prompt.value);
    // The field grows with its text; the style sheet says how far.
    this.#prompt.rows = Math.min(10, this.#prompt.value.split("\n").length);
    this.#showButton();
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes a character, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#isWriting) this.#press();
  }

  #press(): void {
    if (this.#isWriting) {
      this.#options.onStop();
      return;
    }
    const text = this.#prompt.value.trim();
    if (text === "" || !this.#canSend) return;
    this.#prompt.value = "";
    this.#typed();
    this.#options.onSend(text);
    this.focus();
  }

  #showButton(): void {
    const { words } = this.#options;
    const isEmpty = this.#prompt.value.trim() === "";
    this.#button.replaceChildren(icon(this.#isWriting ? "stop" : "send"));
    nameButton(this.#button, this.#isWriting ? words.stop : words.send);
    // Stays in the tab order, so that the focus is not lost when an answer begins or ends.
    this.#button.setAttribute("aria-disabled", String(!this.#isWriting && (isEmpty || !this.#canSend)));
  }
}
