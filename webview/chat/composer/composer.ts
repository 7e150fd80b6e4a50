import type { SendKey } from "../../../contract/webview/chat.ts";
import type { ComposerState } from "../../../contract/webview/chat-composer.ts";
import type { AttachmentChip } from "../../../contract/webview/chat-turns.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { element } from "../../ui/element.ts";
import { icon } from "../../ui/icon.ts";
import { iconButton } from "../../ui/icon-button.ts";
import { nameButton } from "../../ui/name-button.ts";
import { AttachmentList } from "../attachment-list.ts";
import { readPasted } from "../incoming-files.ts";
import { ContextMeter } from "./context-meter.ts";
import { ModelButton } from "./model-button.ts";
import { Prompt } from "./prompt.ts";

export interface ComposerOptions {
  readonly words: ChatWords;
  readonly draft: string;
  readonly sendsWith: SendKey;
  /** As things are now: what is drawn may be a frame older, and a word must not be taken for a question that is not sent. */
  readonly canSend: () => boolean;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
  readonly onDraft: (text: string) => void;
  readonly onPickModel: () => void;
  readonly onAttach: () => void;
  readonly onDetach: (attachment: AttachmentChip) => void;
  readonly onImages: (files: readonly File[]) => void;
  /** Opens or closes the settings of the conversation. */
  readonly onSettings: () => void;
  /** The person looks for what they have asked before. */
  readonly questions: () => readonly string[];
}

/** Where a person writes: the prompt, what is attached to it, the model, and one button that sends or stops. */
export class Composer {
  readonly element: HTMLElement;
  readonly settingsButton: HTMLButtonElement;
  readonly #options: ComposerOptions;
  readonly #prompt: Prompt;
  readonly #chips: AttachmentList;
  readonly #model: ModelButton;
  readonly #meter: ContextMeter;
  readonly #button: HTMLButtonElement;
  /** What went wrong with something that was dropped or pasted. */
  readonly #trouble = element("p", { className: "composer-trouble" });
  #attachments: readonly AttachmentChip[] = [];
  #shownAsStop: boolean | undefined;
  #isWriting = false;
  #canSend = false;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { words } = options;
    this.#prompt = new Prompt({
      words,
      text: options.draft,
      sendsWith: options.sendsWith,
      questions: options.questions,
      onChange: (text) => {
        this.#trouble.textContent = "";
        options.onDraft(text);
        this.#showButton();
      },
      onEnter: () => {
        if (!this.#isWriting) this.#press();
      },
    });
    this.#chips = new AttachmentList({
      words: words.attachment,
      aboutWord: words.contextUse.about,
      onRemove: (attachment) => this.#remove(attachment),
    });
    this.#model = new ModelButton(words, options.onPickModel);
    this.#meter = new ContextMeter(words.contextUse);
    this.#button = iconButton({ icon: "send", label: words.send, onPress: () => this.#press() });
    this.#button.classList.add("send");
    this.settingsButton = iconButton({ icon: "sliders", label: words.options.settings, onPress: options.onSettings });
    this.settingsButton.setAttribute("aria-expanded", "false");
    const attach = iconButton({ icon: "attach", label: words.attachment.attach, onPress: options.onAttach });
    const bar = element("div", {
      className: "composer-bar",
      children: [attach, this.#model.element, this.settingsButton, this.#button],
    });
    const box = element("div", { className: "composer", children: [this.#chips.element, this.#prompt.element, bar] });
    this.element = element("div", {
      className: "composer-host",
      children: [this.#meter.warning, this.#trouble, box, this.#meter.element],
    });
    this.element.addEventListener("paste", (event) => {
      const images = event.clipboardData === null ? [] : readPasted(event.clipboardData);
      if (images.length === 0) return;
      event.preventDefault();
      options.onImages(images);
    });
    this.#showButton();
  }

  focus(): void {
    this.#prompt.focus();
  }

  /** Puts a text there, so that undo brings back what was there before. */
  write(text: string): void {
    this.#prompt.write(text);
  }

  /** Says that something could not be attached, until the person goes on. */
  tell(trouble: string): void {
    this.#trouble.textContent = trouble;
  }

  setState({ isWriting, canSend }: { readonly isWriting: boolean; readonly canSend: boolean }): void {
    this.#isWriting = isWriting;
    this.#canSend = canSend;
    this.#showButton();
  }

  show({ model, attachments, context, options }: ComposerState): void {
    this.#model.show(model);
    this.#attachments = attachments;
    this.#chips.show(attachments);
    this.#meter.show(context);
    const isChanged =
      options.instructions !== null || Object.values(options.parameters).some((parameter) => parameter !== null);
    this.settingsButton.classList.toggle("is-changed", isChanged);
    const { settings, settingsChanged } = this.#options.words.options;
    nameButton(this.settingsButton, isChanged ? settingsChanged : settings);
  }

  #remove(attachment: AttachmentChip): void {
    const index = this.#attachments.indexOf(attachment);
    this.#attachments = this.#attachments.filter((each) => each !== attachment);
    // Gone at once; the extension says the same a moment later.
    this.#chips.show(this.#attachments);
    if (!this.#chips.focusAt(index)) this.focus();
    this.#options.onDetach(attachment);
  }

  #press(): void {
    if (this.#isWriting) {
      this.#options.onStop();
      return;
    }
    const text = this.#prompt.text.trim();
    if (text === "" || !this.#options.canSend()) return;
    this.#prompt.clear();
    this.#options.onSend(text);
    this.focus();
  }

  #showButton(): void {
    const { words } = this.#options;
    const isEmpty = this.#prompt.text.trim() === "";
    // Only when it is another: a browser drops a click when what was pressed has gone before it is let go of.
    if (this.#shownAsStop !== this.#isWriting) {
      this.#shownAsStop = this.#isWriting;
      this.#button.replaceChildren(icon(this.#isWriting ? "stop" : "send"));
      nameButton(this.#button, this.#isWriting ? words.stop : words.send);
    }
    // Stays in the tab order, so that the focus is not lost when an answer begins or ends.
    this.#button.setAttribute("aria-disabled", String(!this.#isWriting && (isEmpty || !this.#canSend)));
  }
}
