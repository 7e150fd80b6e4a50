import type { ContextUse } from "../../../contract/webview/chat-composer.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { element } from "../../ui/element.ts";
import { fillIn } from "../../ui/fill-in.ts";
import { icon } from "../../ui/icon.ts";
import { formatCount } from "../format-count.ts";

/** From this share on, little room is left for an answer. */
const narrowShare = 0.85;

/** How full the model's context is: in words, as a bar, and loudly before anything would be cut. */
export class ContextMeter {
  readonly element: HTMLElement;
  /** What would be cut; it stands where it is seen before one sends. */
  readonly warning = element("div", { className: "context-warning" });
  readonly #words: ChatWords["contextUse"];
  readonly #bar = element("span", { className: "meter-bar", children: [element("span")] });
  readonly #text = element("span", { className: "meter-text" });

  constructor(words: ChatWords["contextUse"]) {
    this.#words = words;
    const attributes = { "aria-label": words.context, "aria-valuemin": "0" };
    this.element = element("div", { className: "meter", attributes, children: [this.#bar, this.#text] });
    this.element.hidden = true;
    this.warning.hidden = true;
  }

  /** Null while it is being counted for the first time. */
  show(use: ContextUse | null): void {
    this.element.hidden = use === null;
    this.warning.hidden = use?.warning === null || use === null;
    if (use === null) return;
    const { promptTokens, contextTokens, isExact, warning } = use;
    const text = this.#inWords(use);
    this.#text.textContent = text;
    const share = contextTokens === null ? 0 : Math.min(1, promptTokens / Math.max(1, contextTokens));
    this.#bar.hidden = contextTokens === null;
    (this.#bar.firstElementChild as HTMLElement).style.width = `${(share * 100).toFixed(1)}%`;
    this.element.classList.toggle("is-narrow", share >= narrowShare && warning === null);
    this.element.classList.toggle("is-over", warning !== null);
    this.element.classList.toggle("is-estimate", !isExact);
    this.#describe(use, text);
    if (warning !== null) this.warning.replaceChildren(icon("warning"), element("p", { children: [warning] }));
  }

  /** A meter needs an end: without one it is only words. */
  #describe({ promptTokens, contextTokens }: ContextUse, text: string): void {
    if (contextTokens === null) {
      this.element.setAttribute("role", "group");
      return;
    }
    this.element.setAttribute("role", "meter");
    this.element.setAttribute("aria-valuemax", String(contextTokens));
    this.element.setAttribute("aria-valuenow", String(Math.min(promptTokens, contextTokens)));
    this.element.setAttribute("aria-valuetext", text);
  }

  #inWords({ promptTokens, contextTokens, isExact }: ContextUse): string {
    const { used, usedOfUnknown, about } = this.#words;
    const count = isExact ? formatCount(promptTokens) : fillIn(about, formatCount(promptTokens));
    if (contextTokens === null) return fillIn(usedOfUnknown, count);
    return fillIn(used, count, formatCount(contextTokens));
  }
}
