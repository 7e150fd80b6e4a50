import type { AttachmentChip, AttachmentKind } from "../../contract/webview/chat-turns.ts";
import type { ChatWords } from "../../contract/webview/chat-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { type IconName, icon } from "../ui/icon.ts";
import { iconButton } from "../ui/icon-button.ts";
import { plainName } from "../ui/plain-name.ts";
import { formatCount } from "./format-count.ts";
import { thumbnail } from "./thumbnail.ts";

export interface AttachmentListOptions {
  readonly words: ChatWords["attachment"];
  /** `≈ {0}` */
  readonly aboutWord?: string;
  /** Given where attachments can be taken away. */
  readonly onRemove?: (attachment: AttachmentChip) => void;
}

const icons: Readonly<Record<AttachmentKind, IconName>> = {
  selection: "selection",
  file: "file",
  folder: "folder",
  problems: "problems",
  terminal: "terminal",
  image: "image",
};

/** What is put to a model beside the question: one chip each, with its size and what is wrong with it. */
export class AttachmentList {
  readonly element: HTMLElement;
  readonly #options: AttachmentListOptions;
  #shown = "";

  constructor(options: AttachmentListOptions) {
    this.#options = options;
    this.element = element("ul", { className: "chips", attributes: { "aria-label": options.words.attachments } });
    this.element.hidden = true;
  }

  show(attachments: readonly AttachmentChip[]): void {
    const now = JSON.stringify(attachments);
    if (now === this.#shown) return;
    this.#shown = now;
    this.element.hidden = attachments.length === 0;
    this.element.replaceChildren(...attachments.map((attachment) => this.#chip(attachment)));
  }

  /** Gives the focus to the chip that has taken the place of one that is gone. @returns false when there is none */
  focusAt(index: number): boolean {
    const buttons = [...this.element.querySelectorAll("button")];
    const button = buttons[Math.min(index, buttons.length - 1)];
    button?.focus();
    return button !== undefined;
  }

  #chip(attachment: AttachmentChip): HTMLElement {
    const { kind, label, detail, tokens, isExact, problem } = attachment;
    const name = plainName(label);
    const sign = attachment.thumbnail === null ? icon(icons[kind]) : thumbnail(attachment.thumbnail);
    const chip = element("li", {
      className: problem === null ? "chip" : "chip has-problem",
      children: [sign, element("span", { className: "chip-label", children: [name] })],
    });
    chip.title = [detail, problem].filter((text) => text !== null && text !== "").join("\n");
    if (tokens !== null) {
      const about = this.#options.aboutWord;
      const count = formatCount(tokens);
      const text = isExact || about === undefined ? count : fillIn(about, count);
      chip.append(element("span", { className: "chip-tokens", children: [text] }));
    }
    // In words as well: a tooltip is for the mouse alone.
    if (problem !== null)
      chip.append(icon("warning"), element("span", { className: "chip-problem", children: [problem] }));
    const { words, onRemove } = this.#options;
    if (onRemove !== undefined) chip.append(this.#removal(attachment, fillIn(words.detach, name), onRemove));
    return chip;
  }

  #removal(attachment: AttachmentChip, label: string, onRemove: (gone: AttachmentChip) => void): HTMLButtonElement {
    const button = iconButton({ icon: "close", label, onPress: () => onRemove(attachment) });
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" && event.key !== "Backspace") return;
      event.preventDefault();
      onRemove(attachment);
    });
    return button;
  }
}
