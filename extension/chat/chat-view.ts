import * as vscode from "vscode";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import {
  type FromChatView,
  fromChatViewSchema,
  type ModelChoice,
  type ToChatView,
} from "../../contract/webview/chat.ts";
import type { ChatAction } from "../../contract/webview/chat-notice.ts";
import type { CommandName } from "../commands/declarations.ts";
import { isUsable, type MeshStore } from "../mesh/mesh-store.ts";
import { WebviewBridge } from "../panels/webview-bridge.ts";
import { webviewHtml, webviewRoots } from "../panels/webview-html.ts";
import type { Log } from "../platform/log.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { views } from "../platform/views.ts";
import { ChatFeed } from "./chat-feed.ts";
import { chatNotice } from "./chat-notice.ts";
import type { ChatSession } from "./chat-session.ts";
import { chatWords } from "./chat-words.ts";
import { viewTurn } from "./view-turn.ts";

export interface ChatViewOptions {
  readonly extensionUri: vscode.Uri;
  readonly session: ChatSession;
  readonly store: MeshStore;
  readonly t: Translate;
  readonly log: Log;
  /** A person sees the view. */
  readonly onShown: () => void;
}

/** One frame: nobody can see more updates than that. */
const frameMs = 16;

const actionCommands: Record<ChatAction, CommandName | `workbench.${string}`> = {
  startNode: "inferenceMesh.startNode",
  showLog: "inferenceMesh.showLog",
  loadModel: "inferenceMesh.loadModel",
  addModelFile: "inferenceMesh.addModelFile",
  openConfiguration: "inferenceMesh.openConfiguration",
  reloadWindow: "workbench.action.reloadWindow",
  manageTrust: "workbench.trust.manage",
};

type Bridge = WebviewBridge<typeof fromChatViewSchema, ToChatView>;

/** The chat in the sidebar. The page is thrown away when it is hidden; the session lives here. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  readonly #feed = new ChatFeed();
  readonly #changes: { dispose(): void }[];
  #bridge: Bridge | undefined;
  #models: ModelChoice[] = [];
  #isReady = false;
  #wantsFocus = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const update = (): void => this.#updateSoon();
    this.#changes = [options.session.onDidChange(update), options.store.onDidChange(update)];
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
      this.#isReady = this.#isReady && view.visible;
      if (view.visible) onShown();
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
    clearTimeout(this.#timer);
    for (const change of this.#changes) change.dispose();
    this.#bridge?.dispose();
  }

  async #handle(message: FromChatView): Promise<void> {
    const { session, store, t } = this.#options;
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.#feed.forget();
        this.#bridge?.send({ type: "hello", words: chatWords(t) });
        this.#update();
        this.#focus();
        return;
      case "send":
        return await session.send(message.text);
      case "stop":
        return session.stop();
      case "retry":
        return await session.retry();
      case "copy":
        return await vscode.env.clipboard.writeText(message.text);
      case "chooseModel":
        // A model that has gone in the meantime is nobody's choice any more.
        if (store.model(message.model) !== undefined) session.choose({ model: message.model });
        return;
      case "act":
        await vscode.commands.executeCommand(actionCommands[message.action]);
    }
  }

  #focus(): void {
    if (!this.#wantsFocus || !this.#isReady) return;
    this.#wantsFocus = false;
    this.#bridge?.send({ type: "focus" });
  }

  #updateSoon(): void {
    if (!this.#isReady || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#update();
    }, frameMs);
  }

  #update(): void {
    if (!this.#isReady) return;
    const { session, store, t } = this.#options;
    // While the node is away the picker shows what was there: an empty one would look like a loss.
    this.#models = store.models?.filter(isUsable).map(modelChoice) ?? this.#models;
    const update = this.#feed.next({
      turns: session.turns.map((turn) => viewTurn(turn, t)),
      models: this.#models,
      model: session.choice?.model ?? null,
      notice: chatNotice(store, t),
    });
    if (update !== undefined) this.#bridge?.send(update);
  }
}

const modelChoice = ({ id, displayName, state }: ModelSummary): ModelChoice => ({
  id,
  label: plainText(displayName, 60),
  isLoaded: state === "loaded",
});
