import * as vscode from "vscode";
import { type FromChatView, fromChatViewSchema, type ToChatView } from "../../contract/webview/chat.ts";
import type { ChatAction } from "../../contract/webview/chat-notice.ts";
import type { CommandName } from "../commands/declarations.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { WebviewBridge } from "../panels/webview-bridge.ts";
import { webviewHtml, webviewRoots } from "../panels/webview-html.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import type { Log } from "../platform/log.ts";
import type { Translate } from "../platform/translate.ts";
import { views } from "../platform/views.ts";
import { onSettingsChange, readSetting } from "../settings/settings.ts";
import type { AnswerActions } from "./answer-actions.ts";
import type { AskAgain } from "./attachments/ask-again.ts";
import type { Attachment } from "./attachments/attachment.ts";
import type { ChatComposer } from "./attachments/chat-composer.ts";
import type { EditorAttachments } from "./attachments/editor-attachments.ts";
import type { ChatPicture } from "./chat-feed.ts";
import { chatNotice } from "./chat-notice.ts";
import type { ChatSession } from "./chat-session.ts";
import { chatWords } from "./chat-words.ts";
import type { ComposerView } from "./composer-view.ts";
import { conversationTitle } from "./conversations/conversation-title.ts";
import { PageUpdates } from "./page-updates.ts";
import { TurnViews } from "./turn-views.ts";

export interface ChatViewOptions {
  readonly extensionUri: vscode.Uri;
  readonly session: ChatSession;
  readonly composer: ChatComposer;
  readonly askAgain: AskAgain;
  readonly composerView: ComposerView;
  readonly attachments: EditorAttachments;
  readonly errors: ErrorPresenter;
  readonly store: MeshStore;
  readonly answers: AnswerActions;
  readonly t: Translate;
  readonly log: Log;
  /** A person sees the view. */
  readonly onShown: () => void;
}

/** Where the buttons of notices lead, in every page that shows one. */
export const actionCommands: Record<ChatAction, CommandName | `workbench.${string}`> = {
  startNode: "inferenceMesh.startNode",
  showLog: "inferenceMesh.showLog",
  loadModel: "inferenceMesh.loadModel",
  downloadModel: "inferenceMesh.downloadModel",
  openConfiguration: "inferenceMesh.openConfiguration",
  reloadWindow: "workbench.action.reloadWindow",
  manageTrust: "workbench.trust.manage",
};

/** How long a word in the status bar stays, in milliseconds. */
const noticeMs = 8_000;

type Bridge = WebviewBridge<typeof fromChatViewSchema, ToChatView>;

/** The chat in the sidebar. The page is thrown away when it is hidden; the session lives here. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #updates: PageUpdates;
  readonly #turns: TurnViews;
  readonly #changes: { dispose(): void }[];
  #bridge: Bridge | undefined;
  #wantsFocus = false;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    this.#turns = new TurnViews(options.t);
    this.#updates = new PageUpdates({
      picture: () => this.#picture(),
      send: (update) => this.#bridge?.send(update),
    });
    const update = (): void => this.#updates.soon();
    const compose = (): void => {
      options.composerView.changed();
      update();
    };
    // A page that is not there hears of its settings when it comes.
    const begin = (): void => {
      if (this.#updates.isListening) this.#hello();
    };
    this.#changes = [
      onSettingsChange("inferenceMesh.chat.sendWith", begin),
      onSettingsChange("inferenceMesh.chat.thoughts", begin),

      options.session.onDidChange(update),
      options.store.onDidChange(compose),
      options.composer.onDidChange(compose),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri, t, log, onShown } = this.#options;
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: webviewRoots(extensionUri) };
    this.#bridge?.dispose();
    const bridge: Bridge = new WebviewBridge(webview, {
      accepts: fromChatViewSchema,
      handle: (message) => void this.#handle(message),
      log,
    });
    this.#bridge = bridge;
    view.onDidChangeVisibility(() => {
      if (view.visible) onShown();
      else this.#updates.pause();
    });
    view.onDidDispose(() => {
      bridge.dispose();
      if (this.#bridge === bridge) this.#bridge = undefined;
    });
    webview.html = webviewHtml(webview, { extensionUri, bundle: "chat", title: t("Chat") });
    onShown();
  }

  /** Shows the view, with the prompt ready for typing. */
  async open(): Promise<void> {
    this.#wantsFocus = true;
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    this.#focus();
  }

  dispose(): void {
    this.#updates.dispose();
    for (const change of this.#changes) change.dispose();
    this.#bridge?.dispose();
  }

  /** Begins the page, or begins it anew with what the settings say now; the draft stays. */
  #hello(): void {
    const sendsWith = readSetting("inferenceMesh.chat.sendWith");
    const opensThoughts = readSetting("inferenceMesh.chat.thoughts") === "open";
    this.#bridge?.send({ type: "hello", words: chatWords(this.#options.t), sendsWith, opensThoughts });
    this.#updates.begin();
  }

  async #handle(message: FromChatView): Promise<void> {
    const { session, composer, askAgain, attachments } = this.#options;
    switch (message.type) {
      case "ready":
        this.#hello();
        this.#focus();
        return;
      case "send":
        return await this.#send(message.text);
      case "stop":
        return session.stop();
      case "retry":
        return await askAgain.retry();
      case "continue":
        return await askAgain.continue(message.isElsewhere);
      case "editQuestion":
        return await this.#editQuestion(message.turnId, message.text);
      case "showSibling":
        return session.showSibling(message.turnId, message.index);
      case "branch":
        return this.#branch(message.turnId);
      case "setOptions":
        return session.setOptions(message.options);
      case "draft":
        return composer.write(message.text);
      case "attach":
        return await this.#attach(() => attachments.pick());
      case "attachFiles":
        return await this.#attach(() => attachments.dropped(message.uris));
      case "attachImage":
        return await this.#attach(async () => [attachments.image(message.name, message.url)]);
      case "detach":
        return composer.detach(message.attachmentId);
      case "copy":
        return await vscode.env.clipboard.writeText(message.text);
      case "pickModel":
        return await vscode.commands.executeCommand("inferenceMesh.chooseChatModel");
      case "why": {
        const route = await this.#options.answers.why(message.turnId);
        return this.#bridge?.send({ type: "route", turnId: message.turnId, route });
      }
      case "showPath":
        return await this.#options.answers.showPath(message.turnId);
      case "useCode":
        return await this.#options.answers.useCode(message);
      case "act":
        await vscode.commands.executeCommand(actionCommands[message.action]);
    }
  }

  /** Whoever would rather not send has their words back. */
  async #send(text: string): Promise<void> {
    if (!(await this.#options.composer.send(text))) this.#bridge?.send({ type: "focus", text });
  }

  async #editQuestion(turnId: string, text: string): Promise<void> {
    const isSent = await this.#options.askAgain.editQuestion(turnId, text);
    if (!isSent) this.#bridge?.send({ type: "edit", turnId, text });
  }

  async #attach(read: () => Promise<Attachment[]>): Promise<void> {
    try {
      this.#options.composer.attach(await read());
    } catch (error) {
      void this.#options.errors.show(error, () => this.#attach(read));
    }
  }

  #focus(): void {
    if (!this.#wantsFocus || !this.#updates.isListening) return;
    this.#wantsFocus = false;
    this.#bridge?.send({ type: "focus" });
  }

  /** What is shown stays in sight, so the person is told that it is another conversation now. */
  #branch(turnId: string): void {
    const { session, t } = this.#options;
    if (!session.branch(turnId)) return;
    const words = t("This is a conversation of its own now. The one before it is kept.");
    vscode.window.setStatusBarMessage(words, noticeMs);
  }

  #picture(): ChatPicture {
    const { session, store, t } = this.#options;
    return {
      turns: this.#turns.of(session),
      title: conversationTitle(session.conversation),
      composer: this.#options.composerView.state,
      notice: chatNotice(store, t),
    };
  }
}
