import type { ToChatView } from "../../contract/webview/chat.ts";
import type { Turn } from "../../contract/webview/chat-turns.ts";
import { iconButton } from "../ui/button.ts";
import { element } from "../ui/element.ts";
import { isWriting, TurnView, type TurnViewOptions } from "./turn-view.ts";

type Update = Extract<ToChatView, { type: "update" }>;

export interface TranscriptOptions extends TurnViewOptions {
  readonly onAsk: (text: string) => void;
}

/** So near to its end, in pixels, a person follows what is written; further up they read something else. */
const followsWithin = 40;

/** The conversation. It scrolls along while a person is at its end, and never otherwise. */
export class Transcript {
  readonly element: HTMLElement;
  readonly #options: TranscriptOptions;
  readonly #turns: TurnView[] = [];
  readonly #list = element("div", { className: "turns" });
  readonly #down: HTMLButtonElement;
  readonly #empty: HTMLElement;
  readonly #scroller: HTMLElement;
  #follows = true;
  /** The heights at the last look: a scroll that comes with other heights is the layout's, not the person's. */
  #heights = { content: 0, window: 0 };

  constructor(options: TranscriptOptions) {
    this.#options = options;
    const { words } = options;
    this.#empty = this.#emptyState();
    // Focusable, so that the keyboard can scroll it.
    const attributes = { tabindex: "0", role: "log", "aria-live": "off", "aria-label": words.conversation };
    this.#scroller = element("div", { className: "scroller", attributes, children: [this.#empty, this.#list] });
    this.#down = iconButton({ icon: "down", label: words.scrollDown, onPress: () => this.#toEnd() });
    this.#down.classList.add("scroll-down");
    this.#down.hidden = true;
    this.element = element("div", { className: "transcript", children: [this.#scroller, this.#down] });
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const resizes = new ResizeObserver(() => this.#follow());
    resizes.observe(this.#scroller);
    resizes.observe(this.#list);
  }

  get last(): Turn | undefined {
    return this.#turns.at(-1)?.turn;
  }
  get isWriting(): boolean {
    return this.last !== undefined && isWriting(this.last);
  }

  update({ isReset, turns, appended }: Update): void {
    if (isReset) {
      for (const turn of this.#turns.splice(0)) turn.element.remove();
      this.#follows = true;
    }
    for (const turn of turns) this.#put(turn);
    for (const { turnId, ...more } of appended) this.#turns.find((each) => each.turn.id === turnId)?.append(more);
    for (const [index, turn] of this.#turns.entries()) turn.isLast = index === this.#turns.length - 1;
    this.#empty.hidden = this.#turns.length > 0;
    this.#follow();
  }

  /** The person has asked something: they want to see it. */
  follow(): void {
    this.#follows = true;
    this.#follow();
  }

  #put(turn: Turn): void {
    const known = this.#turns.find((each) => each.turn.id === turn.id);
    if (known !== undefined) {
      known.show(turn);
      return;
    }
    const added = new TurnView(turn, this.#options);
    this.#turns.push(added);
    this.#list.append(added.element);
  }

  #scrolled(): void {
    const { scrollHeight: content, scrollTop, clientHeight: window } = this.#scroller;
    const isByPerson = content === this.#heights.content && window === this.#heights.window;
    this.#heights = { content, window };
    if (isByPerson) this.#follows = content - scrollTop - window < followsWithin;
    else if (this.#follows) this.#scroller.scrollTop = content;
    this.#down.hidden = this.#follows;
  }

  #follow(): void {
    if (this.#follows) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#scrolled();
  }

  #toEnd(): void {
    this.follow();
    this.#scroller.focus();
  }

  #emptyState(): HTMLElement {
    const { words, onAsk } = this.#options;
    const suggestions = words.suggestions.map((text) => {
      const suggestion = element("button", {
        className: "suggestion",
        attributes: { type: "button" },
        children: [text],
      });
      suggestion.addEventListener("click", () => onAsk(text));
      return element("li", { children: [suggestion] });
    });
    return element("div", {
      className: "empty",
      children: [
        element("h2", { children: [words.emptyTitle] }),
        element("p", { children: [words.emptyText] }),
        element("ul", { children: suggestions }),
      ],
    });
  }
}
