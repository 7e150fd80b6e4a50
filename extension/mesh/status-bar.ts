import * as vscode from "vscode";
import type { CommandName } from "../commands/declarations.ts";
import type { Event } from "../platform/emitter.ts";
import { markdownText, plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { onSettingsChange, readSetting } from "../settings/settings.ts";
import type { MeshStore } from "./mesh-store.ts";
import { milliseconds } from "./quantities.ts";
import { statusWords } from "./status-words.ts";

const menu: CommandName = "inferenceMesh.showMenu";

/** What the tooltip says of ghost text. */
interface GhostWords {
  readonly words: string | undefined;
  readonly onDidChange: Event<void>;
}

/** One item on the left: state, model, nodes. A click opens the menu, the tooltip says more and links commands. */
export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #store: MeshStore;
  readonly #t: Translate;
  readonly #ghost: GhostWords;
  readonly #changes: vscode.Disposable;

  constructor(store: MeshStore, ghost: GhostWords, t: Translate) {
    this.#store = store;
    this.#ghost = ghost;
    this.#t = t;
    this.#item = vscode.window.createStatusBarItem("inferenceMesh.status", vscode.StatusBarAlignment.Left, 0);
    this.#item.name = t("Inference Mesh");
    this.#item.command = menu;
    this.#changes = vscode.Disposable.from(
      store.onDidChange(() => this.#show()),
      onSettingsChange("inferenceMesh.statusBar", () => this.#show()),
      ghost.onDidChange(() => this.#show()),
    );
    this.#show();
    this.#item.show();
  }

  dispose(): void {
    this.#changes.dispose();
    this.#item.dispose();
  }

  #show(): void {
    const words = statusWords(this.#store, this.#t, readSetting("inferenceMesh.statusBar.shows"));
    this.#item.text = words.text;
    this.#item.tooltip = this.#tooltip(words.headline);
    this.#item.accessibilityInformation = { label: words.spoken };
    this.#item.backgroundColor = words.isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  }

  #tooltip(headline: string): vscode.MarkdownString {
    const t = this.#t;
    const links = this.#links();
    const tooltip = new vscode.MarkdownString("", true);
    // Only these commands can be reached from here, whatever text is in it.
    tooltip.isTrusted = { enabledCommands: links.map(([command]) => command) };
    tooltip.appendMarkdown(`**${t("Inference Mesh")}**\n\n${markdownText(headline, 300)}\n\n`);
    const { words } = this.#ghost;
    for (const line of [...this.#details(), ...(words === undefined ? [] : [words])])
      tooltip.appendMarkdown(`${markdownText(line, 200)}  \n`);
    tooltip.appendMarkdown(`\n\n${links.map(([command, label]) => `[${label}](command:${command})`).join(" · ")}`);
    return tooltip;
  }

  #details(): string[] {
    const t = this.#t;
    const { nodeState, status, topology } = this.#store;
    if (nodeState.kind !== "ready") return [];
    const host = vscode.env.remoteName;
    const name = plainText(nodeState.node.name, 64);
    const where =
      host === undefined ? t("Runs on {0}, this machine", { 0: name }) : t("Runs on {0} ({1})", { 0: name, 1: host });
    const lines = [where];
    for (const backend of topology.ofKind("backend")) {
      if (backend.latencyMs === null) continue;
      const values = { 0: plainText(backend.label, 40), 1: milliseconds(backend.latencyMs) };
      lines.push(t("{0}: {1} to first byte", values));
    }
    if (status !== undefined) lines.push(t("Gateway: {0}", { 0: status.gateway.url }));
    return lines;
  }

  #links(): [CommandName, string][] {
    const t = this.#t;
    const isReady = this.#store.nodeState.kind === "ready";
    return [
      isReady ? ["inferenceMesh.openChat", t("Open chat")] : ["inferenceMesh.startNode", t("Start the node")],
      ...(isReady ? [["inferenceMesh.openTopology", t("Open topology")] satisfies [CommandName, string]] : []),
      ...(isReady ? [["inferenceMesh.loadModel", t("Load a model")] satisfies [CommandName, string]] : []),
      ["inferenceMesh.showLog", t("Show log")],
    ];
  }
}
