import type { RouteWords } from "../../../contract/webview/chat-turns.ts";
import { type MarkdownOptions, MarkdownView } from "../../markdown/render-markdown.ts";
import { visibleText } from "../../markdown/visible-text.ts";
import { busySign } from "../../ui/busy-sign.ts";
import { button } from "../../ui/button.ts";
import { copyButton } from "../../ui/copy-button.ts";
import { dottedParts } from "../../ui/dotted-parts.ts";
import { element } from "../../ui/element.ts";
import { keepFocus } from "../../ui/keep-focus.ts";
import { chatNotice } from "../chat-notice.ts";
import { codeBar } from "./code-bar.ts";
import { ThoughtsView } from "./thoughts-view.ts";
import { turnControl } from "./turn-control.ts";
import { type Answer, isWriting, type TurnPlace, type TurnView, type TurnViewOptions } from "./turn-view.ts";
import { versionSwitch } from "./version-switch.ts";
import { WhyPanel } from "./why-panel.ts";

/** An answer: its thoughts, its words, how it ended, and what can be done with it. Text that streams in draws text alone. */
export class AnswerView implements TurnView<Answer> {
  readonly element: HTMLElement;
  readonly #options: TurnViewOptions;
  readonly #title = element("h2", { className: "turn-title" });
  readonly #end = element("div", { className: "turn-end" });
  readonly #footer = element("div", { className: "turn-footer" });
  readonly #markdown: MarkdownView;
  readonly #thoughts: ThoughtsView;
  readonly #why: WhyPanel;
  #turn: Answer;
  #place: TurnPlace = { isLast: true, isBusy: false };
  /** All that is drawn but for the text, as it was last. */
  #drawn = "";

  constructor(turn: Answer, options: TurnViewOptions) {
    this.#turn = turn;
    this.#options = options;
    const { words, send, openThoughts } = options;
    const markdown = this.#markdownOptions();
    this.#markdown = new MarkdownView(markdown);
    this.#thoughts = new ThoughtsView({
      words: words.answer,
      markdown,
      chosen: openThoughts.get(turn.id),
      onChoose: (isOpen) => openThoughts.set(turn.id, isOpen),
    });
    this.#why = new WhyPanel({
      words: words.route,
      onOpen: () => send({ type: "why", turnId: this.#turn.id }),
      onShowPath: () => send({ type: "showPath", turnId: this.#turn.id }),
      onClose: () => {
        this.#tellWhy();
        this.#control("why")?.focus();
      },
    });
    const body = element("div", {
      className: "turn-body",
      children: [this.#markdown.element, this.#end],
    });
    const children = [this.#title, body, this.#footer, this.#why.element];
    this.element = element("article", { className: "turn is-assistant", children });
    this.draw();
  }

  get turn(): Answer {
    return this.#turn;
  }

  set(turn: Answer): void {
    this.#turn = turn;
  }

  append({ text, reasoning }: { readonly text: string; readonly reasoning: string }): void {
    const turn = this.#turn;
    this.#turn = { ...turn, text: turn.text + text, reasoning: turn.reasoning + reasoning };
  }

  place(place: TurnPlace): void {
    if (place.isBusy === this.#place.isBusy && place.isLast === this.#place.isLast) return;
    this.#place = place;
    this.draw();
  }

  showRoute(route: RouteWords | null): void {
    if (this.#why.isOpen) this.#why.show(route);
  }

  draw(): void {
    const turn = this.#turn;
    if (turn.reasoning === "") this.#thoughts.element.remove();
    else {
      this.#thoughts.show(turn.reasoning, isWriting(turn) && turn.text === "");
      if (!this.#thoughts.element.isConnected) this.#markdown.element.before(this.#thoughts.element);
    }
    this.#markdown.show(turn.text);
    const { text, reasoning, ...rest } = turn;
    const now = JSON.stringify([rest, this.#place, text === "", reasoning === ""]);
    if (now === this.#drawn) return;
    this.#drawn = now;
    this.#title.textContent = turn.model;
    this.element.setAttribute("aria-busy", String(isWriting(turn)));
    this.#end.replaceChildren(...this.#endParts(turn));
    keepFocus(this.#footer, () => this.#footer.replaceChildren(...this.#controls(turn)));
    this.#tellWhy();
  }

  #markdownOptions(): MarkdownOptions {
    const { words, send, say } = this.#options;
    return {
      imageWord: words.answer.image,
      codeBar: (language, text) =>
        codeBar({
          words: words.answer,
          language,
          text,
          onCopy: (code) => {
            send({ type: "copy", text: code });
            say(words.answer.copied);
          },
          onUse: (how, code, codeLanguage) => send({ type: "useCode", how, text: code, language: codeLanguage }),
        }),
    };
  }

  /** How it ended, and the way on. */
  #endParts(turn: Answer): Node[] {
    const { words, send } = this.#options;
    const note = (text: string): HTMLElement => element("p", { className: "turn-note", children: [text] });
    const parts: Node[] = [];
    if (turn.state === "waiting" && turn.reasoning === "") {
      const children = [busySign(), turn.figures || words.answer.thinking];
      parts.push(element("p", { className: "turn-note", children }));
    }
    if (turn.state === "stopped") parts.push(note(words.answer.stopped));
    if (turn.state === "interrupted") parts.push(note(words.answer.interrupted));
    if (turn.isCut) parts.push(note(words.answer.cut));
    const ways = this.#ways(turn);
    if (turn.failure !== null)
      parts.push(chatNotice(turn.failure, { onAct: (action) => send({ type: "act", action }), ways }));
    else if (ways.length > 0) {
      const buttons = ways.map((way) => button({ ...way, kind: "secondary" }));
      parts.push(element("div", { className: "notice-actions", children: buttons }));
    }
    return parts;
  }

  /** How it could go on from here, the best way first. */
  #ways(turn: Answer): { label: string; onPress: () => void }[] {
    const { words, send, onAsked } = this.#options;
    if (!this.#place.isLast || this.#place.isBusy) return [];
    const ways: { label: string; onPress: () => void }[] = [];
    if (turn.canContinue !== null) {
      const isElsewhere = turn.canContinue === "elsewhere";
      const onPress = (): void => {
        send({ type: "continue", isElsewhere });
        onAsked();
      };
      ways.push({ label: isElsewhere ? words.answer.continueElsewhere : words.answer.continueHere, onPress });
    }
    if (turn.failure !== null) ways.push({ label: words.answer.retry, onPress: () => this.#retry() });
    return ways;
  }

  #controls(turn: Answer): Node[] {
    if (isWriting(turn)) return [];
    const { words, send, say } = this.#options;
    const { isBusy: isOff, isLast } = this.#place;
    const parts: Node[] = [];
    if (turn.text !== "") {
      const onPress = (): void => {
        send({ type: "copy", text: visibleText(this.#turn.text) });
        say(words.answer.copied);
      };
      const copy = copyButton({ label: words.answer.copyAnswer, doneLabel: words.answer.copied, onPress });
      copy.dataset.control = "copy";
      parts.push(copy);
    }
    if (isLast && turn.failure === null) {
      const onPress = (): void => this.#retry();
      parts.push(turnControl({ control: "retry", icon: "retry", label: words.answer.retry, isOff, onPress }));
    }
    const branch = (): void => send({ type: "branch", turnId: turn.id });
    parts.push(
      turnControl({ control: "branch", icon: "branch", label: words.answer.branch, isOff, onPress: branch }),
      ...(turn.hasRoute ? [this.#whyButton()] : []),
      ...versionSwitch(turn, this.#options, this.#place),
      element("span", { className: "figures", children: dottedParts(turn.figures) }),
    );
    return parts;
  }

  #whyButton(): HTMLElement {
    const onPress = (): void => {
      this.#why.toggle();
      this.#tellWhy();
    };
    return turnControl({ control: "why", icon: "why", label: this.#options.words.route.why, onPress });
  }

  #tellWhy(): void {
    this.#control("why")?.setAttribute("aria-expanded", String(this.#why.isOpen));
  }

  #control(name: string): HTMLElement | null {
    return this.#footer.querySelector<HTMLElement>(`[data-control="${name}"]`);
  }

  #retry(): void {
    this.#options.send({ type: "retry" });
    this.#options.onAsked();
  }
}
