import * as vscode from "vscode";
import type { Contender } from "../../contract/webview/compare-setup.ts";
import { actionCommands } from "../chat/chat-view.ts";
import { webviewHtml, webviewRoots } from "../panels/webview-html.ts";
import { comparePanelType } from "../platform/views.ts";
import { readSetting } from "../settings/settings.ts";
import { saveExport } from "../topology/save-export.ts";
import { type CompareEditor, ComparePage, type ComparePageOptions } from "./compare-page.ts";
import { type PickContendersOptions, pickContenders } from "./pick-contenders.ts";

export interface ComparePanelOptions
  extends Omit<ComparePageOptions, "editor">,
    Pick<PickContendersOptions, "connect" | "watchTraffic"> {
  readonly extensionUri: vscode.Uri;
  /** A person sees the page. */
  readonly onShown: () => void;
}

/** Answers side by side: a panel among the editors, one per window, which comes back with the window. */
export class ComparePanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #options: ComparePanelOptions;
  readonly #parts: vscode.Disposable[] = [];
  #shown: { readonly panel: vscode.WebviewPanel; readonly page: ComparePage } | undefined;

  constructor(options: ComparePanelOptions) {
    this.#options = options;
  }

  /** Shows the panel and asks whom to compare; `wanted` is ticked beside those who are chosen already. */
  async compare(wanted?: Contender): Promise<void> {
    const { session } = this.#options;
    if (wanted !== undefined) session.choose([wanted, ...session.contenders]);
    await this.#open().pickModels();
  }

  /** Shows the panel with the votes. */
  showTally(): void {
    this.#open().tell({ type: "showTally" });
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
  }

  /** Ends together with the panel. */
  owns(part: vscode.Disposable): void {
    this.#parts.push(part);
  }

  dispose(): void {
    this.#shown?.page.dispose();
    this.#options.session.dispose();
    for (const part of this.#parts.splice(0)) part.dispose();
  }

  #open(): ComparePage {
    if (this.#shown !== undefined) {
      this.#shown.panel.reveal();
      return this.#shown.page;
    }
    const { t } = this.#options;
    return this.#adopt(
      vscode.window.createWebviewPanel(comparePanelType, t("Compare Models"), vscode.ViewColumn.Active, {
        enableFindWidget: true,
      }),
    );
  }

  #adopt(panel: vscode.WebviewPanel): ComparePage {
    this.#shown?.panel.dispose();
    const { extensionUri, session, t, onShown } = this.#options;
    // An editor's tab draws a picture as it is: unlike the activity bar, it does not colour it.
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", name);
    panel.iconPath = { light: icon("mesh-on-light.svg"), dark: icon("mesh-on-dark.svg") };
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: webviewRoots(extensionUri) };
    const page = new ComparePage(webview, { ...this.#options, editor: this.#editor() });
    const shown = { panel, page };
    this.#shown = shown;
    panel.onDidChangeViewState(() => page.setVisible(panel.visible));
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#shown !== shown) return;
      this.#shown = undefined;
      // Nobody waits for these answers any more. What was written stays until the window goes.
      session.stop(null);
    });
    webview.html = webviewHtml(webview, { extensionUri, bundle: "compare", title: t("Compare Models") });
    onShown();
    return page;
  }

  #editor(): CompareEditor {
    const { store, t, connect, watchTraffic } = this.#options;
    return {
      language: vscode.env.language,
      instructions: () => readSetting("inferenceMesh.chat.instructions"),
      copy: async (text) => await vscode.env.clipboard.writeText(text),
      act: async (action) => await vscode.commands.executeCommand(actionCommands[action]),
      pickContenders: async (chosen: readonly Contender[]) =>
        await pickContenders({ store, t, connect, watchTraffic, chosen }),
      save: async (content, kind) =>
        await saveExport({ t, kind, content, name: "compare-tally", title: t("Save Tally") }),
      confirmsReset: async (votes) => {
        const reset = t("Reset");
        const question = t("Forget all votes of blind comparisons?");
        const detail = t("There are {0}. They cannot be had back; export them first if you need them.", { 0: votes });
        return (await vscode.window.showWarningMessage(question, { modal: true, detail }, reset)) === reset;
      },
    };
  }
}
