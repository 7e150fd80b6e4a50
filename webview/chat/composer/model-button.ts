import type { ChosenModel } from "../../../contract/webview/chat-composer.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { element } from "../../ui/element.ts";
import { healthMark } from "../../ui/health-mark.ts";
import { icon } from "../../ui/icon.ts";
import { plainName } from "../../ui/plain-name.ts";

/** Says which model the next question goes to, and opens the editor's list of them. */
export class ModelButton {
  readonly element: HTMLButtonElement;
  readonly #words: ChatWords;
  #shown: string | undefined;

  constructor(words: ChatWords, onPress: () => void) {
    this.#words = words;
    this.element = element("button", { className: "model-button", attributes: { type: "button" } });
    this.element.addEventListener("click", onPress);
    this.show(null);
  }

  show(model: ChosenModel | null): void {
    const now = JSON.stringify(model);
    // As it stands it stays, so that a click that has begun is not lost.
    if (now === this.#shown) return;
    this.#shown = now;
    const label = model === null ? this.#words.noModel : plainName(model.label, 120);
    const detail = plainName(model?.detail ?? "", 200);
    this.element.title = [label, detail].filter((text) => text !== "").join("\n");
    // The name is what is read, with what it is the name of before it.
    this.element.replaceChildren(
      element("span", { className: "spoken-only", children: [`${this.#words.model}: `] }),
      ...(model === null ? [] : [healthMark(model.health)]),
      element("span", { className: "model-label", children: [label] }),
      ...(detail === "" ? [] : [" ", element("span", { className: "model-detail", children: [detail] })]),
      icon("unfold"),
    );
  }
}
