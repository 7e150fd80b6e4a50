import * as vscode from "vscode";
import type { CommandName } from "../../commands/declarations.ts";
import type { Translate } from "../../platform/translate.ts";
import type { ConversationDesk } from "./conversation-desk.ts";
import { conversationGroups } from "./conversation-entries.ts";
import type { ConversationList } from "./conversation-store.ts";

export interface ConversationPickerOptions {
  readonly conversations: ConversationDesk;
  readonly title: string;
  readonly t: Translate;
  /** Whether each can be renamed, exported and deleted from the list. */
  readonly hasActions: boolean;
}

interface Item extends vscode.QuickPickItem {
  readonly id?: string;
}
interface ActionButton extends vscode.QuickInputButton {
  readonly command: CommandName;
}

/** Asks which conversation; searched in titles and texts as one types. Undefined when the person turns away. @throws MeshError */
export async function pickConversation(options: ConversationPickerOptions): Promise<string | undefined> {
  const picker = new ConversationPicker(options);
  try {
    return await picker.chosen();
  } finally {
    picker.dispose();
  }
}

class ConversationPicker implements vscode.Disposable {
  readonly #options: ConversationPickerOptions;
  readonly #pick = vscode.window.createQuickPick<Item>();
  readonly #actions: readonly ActionButton[];
  readonly #changes: vscode.Disposable[];
  readonly #chosen = Promise.withResolvers<string | undefined>();
  #list: ConversationList = { summaries: [], newerCount: 0 };

  constructor(options: ConversationPickerOptions) {
    this.#options = options;
    const { conversations, title, t, hasActions } = options;
    this.#actions = hasActions ? actionButtons(t) : [];
    const pick = this.#pick;
    pick.title = title;
    pick.placeholder = t("Search in titles and texts");
    pick.busy = true;
    this.#changes = [
      pick,
      pick.onDidChangeValue(() => this.#show(true)),
      pick.onDidAccept(() => this.#chosen.resolve(pick.selectedItems[0]?.id)),
      pick.onDidHide(() => this.#chosen.resolve(undefined)),
      pick.onDidTriggerItemButton(({ item, button }) => {
        const action = this.#actions.find((each) => each === button);
        // Not awaited: the command shows its own errors, and the list follows what it does.
        if (action !== undefined) void vscode.commands.executeCommand(action.command, item.id);
      }),
      conversations.onDidChangeList(() => void this.#read().catch(this.#chosen.reject)),
    ];
    pick.show();
  }

  async chosen(): Promise<string | undefined> {
    await this.#read();
    return await this.#chosen.promise;
  }

  dispose(): void {
    for (const change of this.#changes) change.dispose();
  }

  async #read(): Promise<void> {
    this.#list = await this.#options.conversations.list();
    this.#pick.busy = false;
    this.#show();
  }

  #show(isSearchedAnew = false): void {
    const { conversations, t } = this.#options;
    const { id: shownId } = conversations.session.conversation;
    const active = this.#pick.activeItems[0];
    const place = active === undefined ? -1 : this.#pick.items.indexOf(active);
    const query = this.#pick.value;
    const groups = conversationGroups(this.#list.summaries, { query, shownId, now: new Date(), t });
    const items = groups.flatMap(({ heading, entries }): Item[] => [
      ...(heading === "" ? [] : [{ label: heading, kind: vscode.QuickPickItemKind.Separator }]),
      ...entries.map(({ id, label, description, detail, isShown }) => ({
        id,
        label,
        description,
        detail,
        // What is found in texts is not in the label: the editor must not filter once more.
        alwaysShow: true,
        iconPath: new vscode.ThemeIcon(isShown ? "comment-discussion" : "comment"),
        buttons: [...this.#actions],
      })),
    ]);
    const { newerCount } = this.#list;
    if (newerCount > 0) {
      const label = t("Written by a newer version of this extension: {0}", { 0: newerCount });
      items.push({ label, kind: vscode.QuickPickItemKind.Separator });
    }
    this.#pick.items = items;
    // Where the one is gone that the person was at, what has come in its place. Without one, Enter would choose nothing.
    const rows = items.filter(({ id }) => id !== undefined);
    const same = rows.find(({ id }) => id === active?.id) ?? items.slice(Math.max(0, place)).find(({ id }) => id);
    const next = (isSearchedAnew ? undefined : same) ?? rows[0];
    this.#pick.activeItems = next === undefined ? [] : [next];
  }
}

const actionButtons = (t: Translate): ActionButton[] => [
  { iconPath: new vscode.ThemeIcon("edit"), tooltip: t("Rename"), command: "inferenceMesh.renameConversation" },
  { iconPath: new vscode.ThemeIcon("export"), tooltip: t("Export"), command: "inferenceMesh.exportConversation" },
  { iconPath: new vscode.ThemeIcon("trash"), tooltip: t("Delete"), command: "inferenceMesh.deleteConversation" },
];
