import * as vscode from "vscode";
import type { Translate } from "../platform/translate.ts";
import type { MeshStore } from "./mesh-store.ts";
import { type TreeEntry, treeEntries, treeEntry } from "./tree-entries.ts";

/** Several changes within one frame are one redraw. */
const redrawMs = 50;

/** The sidebar's native tree: nodes, their backends, their models. Commands of a row receive its `TreeEntry`. */
export class MeshTree implements vscode.TreeDataProvider<TreeEntry>, vscode.Disposable {
  readonly #store: MeshStore;
  readonly #t: Translate;
  readonly #didChange = new vscode.EventEmitter<undefined>();
  readonly #changes: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#didChange.event;

  constructor(store: MeshStore, t: Translate) {
    this.#store = store;
    this.#t = t;
    this.#changes = store.onDidChange(() => this.#redrawSoon());
  }

  getChildren(parent?: TreeEntry): TreeEntry[] {
    return treeEntries(this.#store, parent?.id, this.#t);
  }

  getParent({ id }: TreeEntry): TreeEntry | undefined {
    const parent = this.#store.topology.parentOf(id);
    return parent === undefined ? undefined : this.entry(parent.id);
  }

  /** A row by its id, whether it was drawn yet or not. */
  entry(id: string): TreeEntry | undefined {
    const thing = this.#store.topology.get(id);
    return thing === undefined ? undefined : treeEntry(this.#store, thing, this.#t);
  }

  getTreeItem(entry: TreeEntry): vscode.TreeItem {
    const { None, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(entry.label, entry.hasChildren ? Expanded : None);
    item.id = entry.id;
    item.description = entry.description;
    // A string, not Markdown: file names and paths are other people's text.
    item.tooltip = entry.details.join("\n");
    item.contextValue = entry.contextValue;
    const colour = entry.colour === undefined ? undefined : new vscode.ThemeColor(entry.colour);
    item.iconPath = new vscode.ThemeIcon(entry.icon, colour);
    item.accessibilityInformation = { label: [entry.label, entry.description].filter(Boolean).join(", ") };
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changes.dispose();
    this.#didChange.dispose();
  }

  #redrawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#didChange.fire(undefined);
    }, redrawMs);
  }
}
