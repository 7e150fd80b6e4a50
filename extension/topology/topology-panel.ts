import * as vscode from "vscode";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { MeshMode } from "../../contract/webview/mesh.ts";
import { topologyPanelType, views } from "../platform/views.ts";
import { modelThingId } from "./mesh-picture.ts";
import { TopologyPage, type TopologyPageOptions } from "./topology-page.ts";

/**
 * The live topology: a panel among the editors, one per window, which comes back with the window; and the same page as a
 * view that can be moved anywhere.
 */
export class Topology implements vscode.Disposable, vscode.WebviewPanelSerializer, vscode.WebviewViewProvider {
  readonly #options: TopologyPageOptions;
  #panel: { readonly panel: vscode.WebviewPanel; readonly page: TopologyPage } | undefined;
  #view: TopologyPage | undefined;

  constructor(options: TopologyPageOptions) {
    this.#options = options;
  }

  /** Shows the panel. */
  open(mode?: MeshMode): void {
    if (this.#panel === undefined) {
      const { t } = this.#options;
      this.#adopt(
        vscode.window.createWebviewPanel(topologyPanelType, t("Mesh Topology"), vscode.ViewColumn.Active, {
          enableFindWidget: false,
        }),
      );
    } else this.#panel.panel.reveal();
    if (mode !== undefined) this.#panel?.page.show(mode);
  }

  /** Shows a row of the tree in the panel, selected. */
  revealRow(row: TopologyNode): void {
    this.open();
    this.#panel?.page.reveal(row.kind === "model" ? modelThingId(row) : row.id);
  }

  /** Shows the way by which a request has come to a model at one backend, or to the backend. */
  revealPath(place: TopologyNode): void {
    const isModel = place.kind === "model";
    const through = isModel ? this.#options.store.topology.parentOf(place.id)?.id : undefined;
    this.open();
    this.#panel?.page.reveal(isModel ? modelThingId(place) : place.id, through);
  }

  /** Selects a row of the tree in the panel and in the view, as far as they are open. */
  selectWhereOpen(row: TopologyNode): void {
    const id = row.kind === "model" ? modelThingId(row) : row.id;
    this.#panel?.page.reveal(id);
    this.#view?.reveal(id);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const page = new TopologyPage(view.webview, this.#options);
    this.#view?.dispose();
    this.#view = page;
    view.onDidChangeVisibility(() => page.setVisible(view.visible));
    view.onDidDispose(() => {
      page.dispose();
      if (this.#view === page) this.#view = undefined;
    });
  }

  dispose(): void {
    this.#panel?.page.dispose();
    this.#view?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.panel.dispose();
    const { extensionUri } = this.#options;
    // An editor's tab draws a picture as it is: unlike the activity bar, it does not colour it.
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", name);
    panel.iconPath = { light: icon("mesh-on-light.svg"), dark: icon("mesh-on-dark.svg") };
    const page = new TopologyPage(panel.webview, this.#options);
    const shown = { panel, page };
    this.#panel = shown;
    panel.onDidChangeViewState(() => page.setVisible(panel.visible));
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#panel === shown) this.#panel = undefined;
    });
  }
}

/** Registers the panel's restorer and the view. */
export const registerTopology = (topology: Topology): vscode.Disposable =>
  vscode.Disposable.from(
    vscode.window.registerWebviewPanelSerializer(topologyPanelType, topology),
    vscode.window.registerWebviewViewProvider(views.topology, topology),
  );
