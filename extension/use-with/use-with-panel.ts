import * as vscode from "vscode";
import { outsideTools } from "../../contract/use-with/index.ts";
import { type FromUseWith, fromUseWithSchema, type ToUseWith } from "../../contract/webview/use-with.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { WebviewBridge } from "../panels/webview-bridge.ts";
import { webviewHtml, webviewRoots } from "../panels/webview-html.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import type { Log } from "../platform/log.ts";
import type { Translate } from "../platform/translate.ts";
import { useWithPanelType } from "../platform/views.ts";
import { readSetting } from "../settings/settings.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { UseWithSession } from "./use-with-session.ts";
import { useWithWords } from "./use-with-words.ts";

export interface UseWithPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly store: MeshStore;
  readonly connect: () => Promise<NodeClient>;
  /** Somebody looks at the page: a good moment to start the node. */
  readonly onShown: () => void;
  readonly errors: ErrorPresenter;
  readonly memory: vscode.Memento;
  readonly t: Translate;
  readonly log: Log;
}

/** Where is kept what was chosen on it, per workspace. */
const choiceKey = "useWith.choice";

/** *Use with…*: a panel among the editors, one per window, which comes back with the window. */
export class UseWithPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #options: UseWithPanelOptions;
  #panel: vscode.WebviewPanel | undefined;

  readonly #restorer: vscode.Disposable;

  constructor(options: UseWithPanelOptions) {
    this.#options = options;
    this.#restorer = vscode.window.registerWebviewPanelSerializer(useWithPanelType, this);
  }

  open(): void {
    const title = this.#options.t("Use with…");
    if (this.#panel !== undefined) this.#panel.reveal();
    else this.#adopt(vscode.window.createWebviewPanel(useWithPanelType, title, vscode.ViewColumn.Active));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
  }

  dispose(): void {
    this.#restorer.dispose();
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const { extensionUri, t } = this.#options;
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", name);
    panel.iconPath = { light: icon("mesh-on-light.svg"), dark: icon("mesh-on-dark.svg") };
    panel.webview.options = { enableScripts: true, localResourceRoots: webviewRoots(extensionUri) };
    const page = this.#connect(panel.webview);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.html = webviewHtml(panel.webview, { extensionUri, bundle: "use-with", title: t("Use with…") });
  }

  /** The page's messages, for as long as the panel lives. */
  #connect(webview: vscode.Webview): Disposable {
    const { store, connect, onShown, errors, memory, t, log } = this.#options;
    const copy = async (text: string): Promise<void> => await vscode.env.clipboard.writeText(text);
    const onError = (error: unknown): void => void errors.show(error, async () => undefined);
    const session = new UseWithSession({
      store,
      connect,
      shell: () => readSetting("inferenceMesh.useWith.shell"),
      copy,
      onError,
      memory: { load: () => memory.get(choiceKey), save: (choice) => void memory.update(choiceKey, choice) },
      t,
    });
    let shown = "";
    const show = (): void => {
      const { view } = session;
      // The store changes with every request; the page is told only what it would show differently.
      const next = JSON.stringify(view);
      if (next === shown) return;
      shown = next;
      bridge.send(view);
    };
    const handle = (message: FromUseWith): void => {
      if (message.type === "startNode") void connect().catch(onError);
      else if (message.type !== "ready") void session.do(message);
      else {
        bridge.send({
          type: "hello",
          words: useWithWords(t),
          tools: outsideTools.map(({ id, label }) => ({ id, label })),
        });
        shown = "";
        show();
        onShown();
      }
    };
    const bridge = new WebviewBridge<typeof fromUseWithSchema, ToUseWith>(webview, {
      accepts: fromUseWithSchema,
      handle,
      log,
    });
    return vscode.Disposable.from(
      bridge,
      session,
      session.onDidChange(show),
      session.onDidTell((message) => bridge.send({ type: "told", message })),
    );
  }
}
