import type { RouteWords } from "../../../contract/webview/chat-turns.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { button } from "../../ui/button.ts";
import { element } from "../../ui/element.ts";
import { icon } from "../../ui/icon.ts";

export interface WhyPanelOptions {
  readonly words: ChatWords["route"];
  /** The node is asked. */
  readonly onOpen: () => void;
  readonly onShowPath: () => void;
  /** It was closed from within; the focus goes back to what opened it. */
  readonly onClose: () => void;
}

/** Why an answer came from where it came from. Asked for when it is opened, since the node forgets old requests. */
export class WhyPanel {
  readonly element: HTMLElement;
  readonly #options: WhyPanelOptions;

  constructor(options: WhyPanelOptions) {
    this.#options = options;
    this.element = element("section", {
      className: "why",
      attributes: { "aria-label": options.words.why, tabindex: "-1" },
    });
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Elsewhere on the page it stops the answer.
      event.stopPropagation();
      this.element.hidden = true;
      options.onClose();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    const { words, onOpen } = this.#options;
    this.element.hidden = this.isOpen;
    if (!this.isOpen) return;
    const busy = element("span", { className: "busy", attributes: { "aria-hidden": "true" } });
    this.element.replaceChildren(element("p", { className: "turn-note", children: [busy, words.asking] }));
    onOpen();
  }

  /** Null: the node does not remember the request any more. */
  show(route: RouteWords | null): void {
    const { words, onShowPath } = this.#options;
    if (route === null) {
      this.element.replaceChildren(element("p", { children: [words.forgotten] }));
      return;
    }
    const path = button({ label: words.showPath, kind: "secondary", onPress: onShowPath });
    this.element.replaceChildren(
      element("p", { className: "why-summary", children: [route.summary] }),
      ...facts(route.facts),
      ...this.#attempts(route.attempts),
      ...this.#rejected(route.rejected),
      element("div", { className: "notice-actions", children: [path] }),
    );
  }

  #attempts(attempts: RouteWords["attempts"]): HTMLElement[] {
    if (attempts.length === 0) return [];
    const lines = attempts.map(({ place, outcome, hasAnswered }) =>
      element("li", {
        className: hasAnswered ? "has-answered" : "",
        children: [icon(hasAnswered ? "check" : "close"), line(place, outcome)],
      }),
    );
    return [heading(this.#options.words.attempts), element("ol", { className: "places", children: lines })];
  }

  #rejected(rejected: RouteWords["rejected"]): HTMLElement[] {
    if (rejected.length === 0) return [];
    const lines = rejected.map(({ place, reason }) =>
      element("li", { children: [icon("minus"), line(place, reason)] }),
    );
    return [heading(this.#options.words.rejected), element("ul", { className: "places", children: lines })];
  }
}

const heading = (text: string): HTMLElement => element("h3", { children: [text] });

const line = (place: string, words: string): HTMLElement =>
  element("span", { children: [element("b", { children: [place] }), " ", words] });

function facts(all: RouteWords["facts"]): HTMLElement[] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, value }) =>
    element("div", { children: [element("dt", { children: [name] }), element("dd", { children: [value] })] }),
  );
  return [element("dl", { className: "facts", children: rows })];
}
