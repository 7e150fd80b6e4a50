import * as vscode from "vscode";
import { systemClock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Translate } from "../platform/translate.ts";
import { views } from "../platform/views.ts";
import { meshBadge } from "./mesh-badge.ts";
import type { MeshStore } from "./mesh-store.ts";
import { MeshTree } from "./mesh-tree.ts";
import { modelDrop } from "./model-drop.ts";
import { revealRow } from "./reveal-row.ts";

export interface TreePaneOptions {
  readonly store: MeshStore;
  readonly t: Translate;
  readonly log: Log;
  /** A person sees the tree. */
  readonly onSeen: () => void;
}

/** The mesh in the side bar: its tree, its badge, and the way to a row. */
export class TreePane implements vscode.Disposable {
  readonly #log: Log;
  readonly #tree: MeshTree;
  readonly #view: ReturnType<typeof createView>;
  readonly #parts: vscode.Disposable;

  constructor({ store, t, log, onSeen }: TreePaneOptions) {
    this.#log = log;
    this.#tree = new MeshTree(store, t);
    this.#view = createView(this.#tree);
    this.#parts = vscode.Disposable.from(
      this.#tree,
      this.#view,
      store.onDidChange(() => {
        this.#view.badge = meshBadge(store, t);
      }),
      this.#view.onDidChangeVisibility(({ visible }) => {
        this.#tree.setVisible(visible);
        if (visible) onSeen();
      }),
    );
    if (this.#view.visible) onSeen();
  }

  /** Selects a row and brings it into view; opens the tree. */
  reveal(rowId: string): Promise<void> {
    const reveal = async (): Promise<void> => {
      const row = this.#tree.row(rowId);
      if (row !== undefined) await this.#view.reveal(row, { select: true, focus: true });
    };
    return revealRow(reveal, systemClock, this.#log);
  }

  dispose(): void {
    this.#parts.dispose();
  }
}

const createView = (tree: MeshTree) =>
  vscode.window.createTreeView(views.mesh, {
    treeDataProvider: tree,
    dragAndDropController: modelDrop,
    showCollapseAll: true,
  });
