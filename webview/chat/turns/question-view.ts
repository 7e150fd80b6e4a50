import { copyButton } from "../../ui/copy-button.ts";
import { element } from "../../ui/element.ts";
import { keepFocus } from "../../ui/keep-focus.ts";
import { AttachmentList } from "../attachment-list.ts";
import { editBox } from "./edit-box.ts";
import { turnControl } from "./turn-control.ts";
import type { Question, TurnPlace, TurnView, TurnViewOptions } from "./turn-view.ts";
import { versionSwitch } from "./version-switch.ts";

/** A question: what was asked and put beside it. It can be asked again in other words; the one so far stays. */
export class QuestionView implements TurnView<Question> {
  readonly element: HTMLElement;
  readonly #options: TurnViewOptions;
  readonly #text = element("div", { className: "turn-body" });
  readonly #footer = element("div", { className: "turn-footer" });
  readonly #attachments: AttachmentList;
  #turn: Question;
  #place: TurnPlace = { isLast: true, isBusy: false };
  #isEditing = false;
  /** What was written when the person last gave up editing: nothing of it is lost. */
  #draft: string | undefined;

  constructor(turn: Question, options: TurnViewOptions) {
    this.#turn = turn;
    this.#options = options;
    this.#attachments = new AttachmentList({ words: options.words.attachment });
    // The bubble's place says to the eye whose it is.
    const title = element("h2", { className: "turn-title spoken-only", children: [options.words.you] });
    const children = [title, this.#text, this.#attachments.element, this.#footer];
    this.element = element("article", { className: "turn is-user", children });
    this.draw();
  }

  get turn(): Question {
    return this.#turn;
  }

  set(turn: Question): void {
    this.#turn = turn;
  }

  place(place: TurnPlace): void {
    if (place.isBusy === this.#place.isBusy) return;
    this.#place = place;
    this.draw();
  }

  draw(): void {
    if (this.#isEditing) return;
    this.#text.textContent = this.#turn.text;
    this.#attachments.show(this.#turn.attachments);
    keepFocus(this.#footer, () => this.#footer.replaceChildren(...this.#controls()));
  }

  edit(text: string): void {
    if (this.#isEditing) return;
    this.#draft = text;
    this.#edit();
  }

  #controls(): HTMLElement[] {
    const { words, send, say } = this.#options;
    const { edit, copyQuestion } = words.question;
    const { text } = this.#turn;
    const { isBusy } = this.#place;
    const copy = copyButton({
      label: copyQuestion,
      doneLabel: words.answer.copied,
      onPress: () => {
        send({ type: "copy", text });
        say(words.answer.copied);
      },
    });
    copy.dataset.control = "copy";
    return [
      turnControl({ control: "edit", icon: "edit", label: edit, isOff: isBusy, onPress: () => this.#edit() }),
      copy,
      ...versionSwitch(this.#turn, this.#options, this.#place),
    ];
  }

  #edit(): void {
    const { words, send, onAsked, onEditing } = this.#options;
    onEditing();
    this.#isEditing = true;
    const box = editBox({
      sendsWith: this.#options.sendsWith,
      text: this.#draft ?? this.#turn.text,
      words: { ...words.question, send: words.send },
      onSend: (text) => {
        if (this.#place.isBusy) return;
        this.#draft = undefined;
        this.#leave(box.element);
        send({ type: "editQuestion", turnId: this.#turn.id, text });
        onAsked();
      },
      onCancel: (text) => {
        this.#draft = text === this.#turn.text ? undefined : text;
        this.#leave(box.element);
      },
    });
    this.#text.replaceWith(box.element);
    this.#footer.hidden = true;
    box.focus();
  }

  #leave(box: HTMLElement): void {
    this.#isEditing = false;
    box.replaceWith(this.#text);
    this.#footer.hidden = false;
    this.draw();
    this.#footer.querySelector<HTMLElement>("[data-control=edit]")?.focus();
  }
}
