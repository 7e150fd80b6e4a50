import * as vscode from "vscode";
import type { Translate } from "../platform/translate.ts";
import { DrawnRows, type TreeRow } from "./drawn-rows.ts";
import type { MeshStore } from "./mesh-store.ts";
import { thingsBelow, treeEntry } from "./tree-entries.ts";

/** Several changes within one frame are one redraw. */
const redrawMs = 50;

/** The sidebar's native tree: nodes, their backends, their models. Commands of a row receive its `TreeRow`. */
export class MeshTree implements vscode.TreeDataProvider<TreeRow>, vscode.Disposable {
  readonly #store: MeshStore;
  readonly #rows: DrawnRows;
  readonly #didChange = new vscode.EventEmitter<TreeRow[] | undefined>();
  readonly #changes: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #isVisible = true;

  readonly onDidChangeTreeData = this.#didChange.event;

  constructor(store: MeshStore, t: Translate) {
    this.#store = store;
    this.#rows = new DrawnRows({
      idsBelow: (parentId) => thingsBelow(store, parentId).map(({ id }) => id),
      entry: (id) => {
        const thing = store.topology.get(id);
        return thing === undefined ? undefined : treeEntry(store, thing, t);
      },
    });
    this.#changes = store.onDidChange(() => this.#redrawSoon());
  }

  getChildren(parent?: TreeRow): TreeRow[] {
    return this.#rows.below(parent?.id);
  }

  getParent({ id }: TreeRow): TreeRow | undefined {
    const parent = this.#store.topology.parentOf(id);
    return parent === undefined ? undefined : this.row(parent.id);
  }

  /** A row by its id, whether it was drawn yet or not. */
  row(id: string): TreeRow | undefined {
    return this.#rows.row(id);
  }

  getTreeItem(row: TreeRow): vscode.TreeItem {
    const entry = this.#rows.look(row);
    // It has just gone; what is above it is drawn anew at once.
    if (entry === undefined) return new vscode.TreeItem("");
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

  /** While nobody sees it, nobody looks what has changed either: a busy mesh changes many times a second. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#redraw();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changes.dispose();
    this.#didChange.dispose();
  }

  #redrawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#redraw();
    }, redrawMs);
  }

  #redraw(): void {
    if (!this.#isVisible) return;
    const changes = this.#rows.changes();
    if (changes === "all") this.#didChange.fire(undefined);
    else if (changes.length > 0) this.#didChange.fire([...changes]);
  }
}
