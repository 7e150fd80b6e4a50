import type { FromChatView, ModelChoice, ToChatView } from "../../contract/webview/chat.ts";
import type { Notice } from "../../contract/webview/chat-notice.ts";
import type { ChatWords } from "../../contract/webview/chat-words.ts";
import { element } from "../ui/element.ts";
import { Announcer } from "./announcer.ts";
import { Composer } from "./composer.ts";
import { noticeBox } from "./notice-bar.ts";
import { Transcript } from "./transcript.ts";

export interface ChatPageOptions {
  readonly words: ChatWords;
  readonly draft: string;
  readonly send: (message: FromChatView) => void;
  readonly onDraft: (draft: string) => void;
}

type Update = Extract<ToChatView, { type: "update" }>;

/** The whole page. It shows what the extension says, and says what the person does; it decides nothing. */
export class ChatPage {
  readonly element: HTMLElement;
  readonly #options: ChatPageOptions;
  readonly #transcript: Transcript;
  readonly #composer: Composer;
  readonly #announcer = new Announcer();
  readonly #noticeHost = element("div", { className: "notice-host" });
  #models: readonly ModelChoice[] = [];
  #model: string | null = null;
  #notice: Notice | null = null;

  constructor(options: ChatPageOptions) {
    this.#options = options;
    const { words, send } = options;
    this.#transcript = new Transcript({
      words,
      onCopy: (text) => {
        send({ type: "copy", text });
        this.#announcer.say(words.copied);
      },
      onRetry: () => {
        send({ type: "retry" });
        this.#composer.focus();
      },
      onAct: (action) => send({ type: "act", action }),
      onAsk: (text) => this.#ask(text),
    });
    this.#composer = new Composer({
      words,
      draft: options.draft,
      onSend: (text) => this.#ask(text),
      onStop: () => send({ type: "stop" }),
      onDraft: options.onDraft,
      onChooseModel: (model) => send({ type: "chooseModel", model }),
    });
    const title = element("h1", { className: "spoken-only", children: [words.title] });
    const parts = [title, this.#transcript.element, this.#noticeHost, this.#composer.element, this.#announcer.element];
    this.element = element("main", { className: "chat", children: parts });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#transcript.isWriting) send({ type: "stop" });
    });
  }

  focus(): void {
    this.#composer.focus();
  }

  update(update: Update): void {
    const wasWriting = this.#transcript.isWriting;
    this.#transcript.update(update);
    if (update.models !== undefined || update.model !== undefined) {
      this.#models = update.models ?? this.#models;
      this.#model = update.model === undefined ? this.#model : update.model;
      this.#composer.setModels(this.#models, this.#model);
    }
    if (update.notice !== undefined) this.#showNotice(update.notice);
    const { isWriting } = this.#transcript;
    this.#composer.setState({ isWriting, canSend: this.#notice === null });
    if (!update.isReset && wasWriting !== isWriting) this.#announceTurn(isWriting);
  }

  #ask(text: string): void {
    if (this.#notice !== null || this.#transcript.isWriting) return;
    this.#transcript.follow();
    this.#options.send({ type: "send", text });
  }

  #showNotice(notice: Notice | null): void {
    this.#notice = notice;
    this.element.classList.toggle("cannot-ask", notice !== null);
    const onAct = (action: Parameters<Parameters<typeof noticeBox>[1]["onAct"]>[0]): void =>
      this.#options.send({ type: "act", action });
    this.#noticeHost.replaceChildren(...(notice === null ? [] : [noticeBox(notice, { onAct })]));
    if (notice !== null) this.#announcer.say(`${notice.message} ${notice.nextStep}`);
  }

  #announceTurn(isWriting: boolean): void {
    const { words } = this.#options;
    const last = this.#transcript.last;
    const hasFailed = last?.role === "assistant" && last.state === "failed";
    this.#announcer.say(isWriting ? words.answerBegins : hasFailed ? words.answerFails : words.answerEnds);
  }
}
