import type { FromChatView, SendKey, ToChatView } from "../../contract/webview/chat.ts";
import type { ConversationOptions } from "../../contract/webview/chat-composer.ts";
import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import type { AttachmentChip } from "../../contract/webview/chat-turns.ts";
import type { ChatWords } from "../../contract/webview/chat-words.ts";
import { Announcer } from "../ui/announcer.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { plainName } from "../ui/plain-name.ts";
import { chatNotice } from "./chat-notice.ts";
import { Composer } from "./composer/composer.ts";
import { DraftTeller } from "./composer/draft-teller.ts";
import { dropTarget } from "./drop-target.ts";
import type { IncomingFiles } from "./incoming-files.ts";
import { SettingsPanel } from "./settings/settings-panel.ts";
import { shrinkImage } from "./shrink-image.ts";
import { Transcript } from "./transcript.ts";
import type { TurnViewOptions } from "./turns/turn-view.ts";

export interface ChatPageOptions {
  readonly words: ChatWords;
  readonly draft: string;
  readonly sendsWith: SendKey;
  readonly send: (message: FromChatView) => void;
  readonly onDraft: (draft: string) => void;
  readonly openThoughts: TurnViewOptions["openThoughts"];
}

type Update = Extract<ToChatView, { type: "update" }>;
type Route = Extract<ToChatView, { type: "route" }>;

/** The whole page. It shows what the extension says, and says what the person does; it decides nothing. */
export class ChatPage {
  readonly element: HTMLElement;
  readonly #options: ChatPageOptions;
  readonly #transcript: Transcript;
  readonly #composer: Composer;
  readonly #settings: SettingsPanel;
  readonly #draft: DraftTeller;
  readonly #announcer = new Announcer();
  readonly #title = element("h1");
  readonly #noticeHost = element("div", { className: "notice-host" });
  #attachments: readonly AttachmentChip[] = [];
  #notice: Notice | null = null;
  #wasWriting = false;

  constructor(options: ChatPageOptions) {
    this.#options = options;
    const { words, send } = options;
    this.#draft = new DraftTeller(options.draft, (text) => send({ type: "draft", text }));
    this.#transcript = this.#makeTranscript();
    this.#composer = this.#makeComposer();
    this.#settings = new SettingsPanel({
      words: words.options,
      onChange: (conversation: ConversationOptions) => send({ type: "setOptions", options: conversation }),
      onClose: () => this.#toggleSettings(),
    });
    this.#showTitle("");
    this.element = element("main", { className: "chat" });
    this.element.append(
      this.#title,
      this.#transcript.element,
      this.#settings.element,
      this.#noticeHost,
      this.#composer.element,
      this.#announcer.element,
      dropTarget(this.element, words.attachment.dropHere, (files) => void this.#attach(files)),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#transcript.isWriting) send({ type: "stop" });
    });
  }

  /** Gives the prompt the focus, and a text where there is one. */
  focus(text?: string): void {
    if (text === undefined) this.#composer.focus();
    else this.#composer.write(text);
  }

  /** Opens a question for editing, with words that the person has written before. */
  edit(turnId: string, text: string): void {
    this.#transcript.edit(turnId, text);
  }

  /** Takes over one update; `draw` shows all of them. */
  update(update: Update): void {
    this.#transcript.update(update);
    if (update.isReset) this.#wasWriting = this.#transcript.isWriting;
    if (update.title !== undefined) this.#showTitle(update.title);
    if (update.composer !== undefined) {
      const { composer } = update;
      this.#composer.show(composer);
      this.#settings.show(composer.options, composer.defaultInstructions);
      this.#announceAttachments(composer.attachments);
    }
    if (update.notice !== undefined) this.#showNotice(update.notice);
  }

  draw(): void {
    this.#transcript.draw();
    const { isWriting } = this.#transcript;
    this.#composer.setState({ isWriting, canSend: this.#notice === null });
    if (this.#wasWriting !== isWriting) this.#announceTurn(isWriting);
    this.#wasWriting = isWriting;
  }

  showRoute({ turnId, route }: Route): void {
    this.#transcript.showRoute(turnId, route);
  }

  #makeTranscript(): Transcript {
    const { words, send, sendsWith, openThoughts } = this.#options;
    return new Transcript({
      words,
      send,
      sendsWith,
      openThoughts,
      say: (text) => this.#announcer.say(text),
      onAsked: () => {
        this.#transcript.follow();
        this.#composer.focus();
      },
      onEditing: () => this.#transcript.stay(),
      onAsk: (text) => this.#ask(text),
    });
  }

  #makeComposer(): Composer {
    const { words, draft, send, onDraft } = this.#options;
    return new Composer({
      sendsWith: this.#options.sendsWith,
      words,
      draft,
      questions: () => this.#transcript.questions,
      canSend: () => this.#canAsk,
      onSend: (text) => this.#ask(text),
      onStop: () => send({ type: "stop" }),
      onDraft: (text) => {
        onDraft(text);
        this.#draft.change(text);
      },
      onPickModel: () => send({ type: "pickModel" }),
      onAttach: () => send({ type: "attach" }),
      onDetach: ({ id }) => send({ type: "detach", attachmentId: id }),
      onImages: (images) => void this.#attach({ images, uris: [], hasOthers: false }),
      onSettings: () => this.#toggleSettings(),
    });
  }

  get #canAsk(): boolean {
    return this.#notice === null && !this.#transcript.isWriting;
  }

  #ask(text: string): void {
    if (!this.#canAsk) return;
    this.#transcript.follow();
    this.#options.send({ type: "send", text });
  }

  #toggleSettings(): void {
    const { settingsButton } = this.#composer;
    const isOpen = !this.#settings.isOpen;
    if (isOpen) this.#settings.open();
    else {
      // First, so that what was written in a field is told.
      settingsButton.focus();
      this.#settings.close();
    }
    settingsButton.setAttribute("aria-expanded", String(isOpen));
  }

  async #attach({ images, uris, hasOthers }: IncomingFiles): Promise<void> {
    const { words, send } = this.#options;
    if (uris.length > 0) send({ type: "attachFiles", uris: [...uris] });
    for (const image of images) {
      try {
        send({ type: "attachImage", name: image.name.slice(0, 256), url: await shrinkImage(image) });
      } catch {
        // Whatever it is, it is no picture that this page can read.
        this.#composer.tell(words.attachment.unreadableImage);
        this.#announcer.say(words.attachment.unreadableImage);
      }
    }
    if (!hasOthers) return;
    this.#composer.tell(words.attachment.unknownFile);
    this.#announcer.say(words.attachment.unknownFile);
  }

  #announceAttachments(attachments: readonly AttachmentChip[]): void {
    const before = this.#attachments;
    this.#attachments = attachments;
    const { attached, detached } = this.#options.words.attachment;
    const names = (all: readonly AttachmentChip[]): string => all.map(({ label }) => plainName(label)).join(", ");
    const added = attachments.filter(({ id }) => !before.some((each) => each.id === id));
    const removed = before.filter(({ id }) => !attachments.some((each) => each.id === id));
    if (added.length > 0) this.#announcer.say(fillIn(attached, names(added)));
    else if (removed.length > 0) this.#announcer.say(fillIn(detached, names(removed)));
  }

  /** A chat without a question has no name yet: its page is still called something. */
  #showTitle(title: string): void {
    this.#title.textContent = title === "" ? this.#options.words.title : plainName(title, 200);
    this.#title.className = title === "" ? "spoken-only" : "chat-title";
    this.#title.title = title;
  }

  #showNotice(notice: Notice | null): void {
    this.#notice = notice;
    this.element.classList.toggle("cannot-ask", notice !== null);
    const onAct = (action: ChatAction): void => this.#options.send({ type: "act", action });
    this.#noticeHost.replaceChildren(...(notice === null ? [] : [chatNotice(notice, { onAct })]));
    if (notice !== null) this.#announcer.say(`${notice.message} ${notice.nextStep}`);
  }

  #announceTurn(isWriting: boolean): void {
    const { words } = this.#options;
    const last = this.#transcript.last;
    const hasFailed = last?.role === "assistant" && last.state === "failed";
    this.#announcer.say(isWriting ? words.answerBegins : hasFailed ? words.answerFails : words.answerEnds);
  }
}
