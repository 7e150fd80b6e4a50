import type { ToChatView } from "../../contract/webview/chat.ts";
import type { RouteWords, Turn } from "../../contract/webview/chat-turns.ts";
import { element } from "../ui/element.ts";
import { iconButton } from "../ui/icon-button.ts";
import { emptyState } from "./empty-state.ts";
import { AnswerView } from "./turns/answer-view.ts";
import { QuestionView } from "./turns/question-view.ts";
import { isWriting, type TurnView, type TurnViewOptions } from "./turns/turn-view.ts";

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
  readonly #list = element("div", { className: "turns" });
  readonly #down: HTMLButtonElement;
  readonly #empty: HTMLElement;
  readonly #scroller: HTMLElement;
  /** What has been told of and is not drawn yet. */
  readonly #changed = new Set<TurnView>();
  #turns: TurnView[] = [];
  #follows = true;
  /** The heights at the last look: a scroll that comes with other heights is the layout's, not the person's. */
  #heights = { content: 0, window: 0 };

  constructor(options: TranscriptOptions) {
    this.#options = options;
    const { words, onAsk } = options;
    this.#empty = emptyState(words, onAsk);
    // Focusable, so that the keyboard can scroll it.
    const attributes = { tabindex: "0", role: "log", "aria-live": "off", "aria-label": words.conversation };
    this.#scroller = element("div", { className: "scroller", attributes, children: [this.#empty, this.#list] });
    this.#down = iconButton({ icon: "down", label: words.scrollDown, onPress: () => this.#toEnd() });
    this.#down.classList.add("scroll-down");
    this.#down.hidden = true;
    this.element = element("div", { className: "transcript", children: [this.#scroller, this.#down] });
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Told after the layout and before the picture: following what is written costs no layout of its own.
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
  /** What the person has asked in this conversation, oldest first. */
  get questions(): string[] {
    return this.#turns.map(({ turn }) => turn).flatMap((turn) => (turn.role === "user" ? [turn.text] : []));
  }

  /** Takes over what is told; `draw` shows it. */
  update({ isReset, turns, appended }: Update): void {
    if (isReset) this.#reset(turns);
    else for (const turn of turns) this.#put(turn);
    for (const { turnId, ...more } of appended) {
      const view = this.#find(turnId);
      view?.append?.(more);
      if (view !== undefined) this.#changed.add(view);
    }
  }

  /** Shows what has changed: once a frame at most. */
  draw(): void {
    for (const view of this.#changed) view.draw();
    this.#changed.clear();
    for (const [index, view] of this.#turns.entries()) {
      view.place({ isLast: index === this.#turns.length - 1, isBusy: this.isWriting });
    }
    this.#empty.hidden = this.#turns.length > 0;
  }

  showRoute(turnId: string, route: RouteWords | null): void {
    this.#find(turnId)?.showRoute?.(route);
  }

  edit(turnId: string, text: string): void {
    this.#find(turnId)?.edit?.(text);
  }

  /** The person has asked something: they want to see it. */
  follow(): void {
    this.#follows = true;
    this.#follow();
  }

  /** The person works on something within it: nothing moves until they are at its end again. */
  stay(): void {
    this.#follows = false;
  }

  #find(turnId: string): TurnView | undefined {
    return this.#turns.find(({ turn }) => turn.id === turnId);
  }

  #put(turn: Turn): void {
    const known = this.#find(turn.id);
    if (known === undefined) {
      const added = this.#make(turn);
      this.#turns.push(added);
      this.#list.append(added.element);
    } else {
      known.set(turn);
      this.#changed.add(known);
    }
  }

  #make(turn: Turn): TurnView {
    return (
      turn.role === "user" ? new QuestionView(turn, this.#options) : new AnswerView(turn, this.#options)
    ) as TurnView;
  }

  /** Another conversation, or another branch: then what both have in common stays as it is, and so does the focus. */
  #reset(turns: readonly Turn[]): void {
    const before = this.#turns;
    const focused = before.findIndex(({ element: part }) => part.contains(document.activeElement));
    const control = document.activeElement?.getAttribute("data-control");
    this.#turns = turns.map((turn) => {
      const known = before.find((view) => view.turn.id === turn.id && view.turn.role === turn.role);
      if (known === undefined) return this.#make(turn);
      known.set(turn);
      this.#changed.add(known);
      return known;
    });
    const isOther = before.length > 0 && !this.#turns.some((view) => before.includes(view));
    if (isOther) this.#follows = true;
    for (const view of before) if (!this.#turns.includes(view)) view.element.remove();
    for (const [index, { element: part }] of this.#turns.entries()) {
      const there = this.#list.children[index] ?? null;
      if (there !== part) this.#list.insertBefore(part, there);
    }
    if (focused === -1 || document.activeElement !== document.body) return;
    const heir = this.#turns[Math.min(focused, this.#turns.length - 1)]?.element;
    const same = heir?.querySelector<HTMLElement>(`[data-control="${control ?? ""}"]`);
    (same ?? this.#scroller).focus({ preventScroll: true });
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
}
