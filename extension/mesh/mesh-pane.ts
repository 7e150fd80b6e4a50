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
import type { TreeEntry } from "./tree-entries.ts";

export interface MeshPaneOptions {
  readonly store: MeshStore;
  readonly t: Translate;
  readonly log: Log;
  /** A person looks at it. */
  readonly onSeen: () => void;
}

/** The mesh as a tree in the sidebar, with its badge. */
export class MeshPane implements vscode.Disposable {
  readonly #log: Log;
  readonly #tree: MeshTree;
  readonly #view: vscode.TreeView<TreeEntry>;
  readonly #parts: vscode.Disposable;

  constructor({ store, t, log, onSeen }: MeshPaneOptions) {
    this.#log = log;
    this.#tree = new MeshTree(store, t);
    const view = vscode.window.createTreeView(views.mesh, {
      treeDataProvider: this.#tree,
      dragAndDropController: modelDrop,
      showCollapseAll: true,
    });
    this.#view = view;
    const seen = ({ visible }: { readonly visible: boolean }): void => {
      if (visible) onSeen();
    };
    this.#parts = vscode.Disposable.from(
      this.#tree,
      view,
      view.onDidChangeVisibility(seen),
      store.onDidChange(() => {
        view.badge = meshBadge(store, t);
      }),
    );
    seen(view);
  }

  /** Selects a row and brings it into view. */
  async reveal(rowId: string): Promise<void> {
    const reveal = async (): Promise<void> => {
      const row = this.#tree.entry(rowId);
      if (row !== undefined) await this.#view.reveal(row, { select: true, focus: true });
    };
    await revealRow(reveal, systemClock, this.#log);
  }

  dispose(): void {
    this.#parts.dispose();
  }
}
