import * as vscode from "vscode";
import { type Contender, fewestContenders, mostContenders } from "../../contract/webview/compare-setup.ts";
import { type ModelEntry, modelEntries } from "../chat/model-entries.ts";
import { choiceKey } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Translate } from "../platform/translate.ts";

export interface PickContendersOptions {
  readonly store: MeshStore;
  readonly t: Translate;
  /** Starts the node; what keeps it from starting is shown by the page. */
  readonly connect: () => Promise<unknown>;
  /** Speed and latency are told only while somebody watches. */
  readonly watchTraffic: () => Disposable;
  /** What is ticked at first. */
  readonly chosen: readonly Contender[];
}

interface Item extends vscode.QuickPickItem {
  /** Undefined for headings. */
  readonly key?: string;
  readonly contender?: Contender;
}

/** Asks whom to compare, in the editor's own list. Undefined when the person turns away. */
export async function pickContenders({
  store,
  t,
  connect,
  watchTraffic,
  chosen,
}: PickContendersOptions): Promise<readonly Contender[] | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = t("Compare Models");
  pick.placeholder = t("Choose two to four: the same prompt goes to each of them");
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.keepScrollPosition = true;
  let shown = "";
  const wanted = new Set(chosen.map(choiceKey));
  const listed = new Set<string>();
  /** The list, anew only where another model can be chosen or one no longer; what is ticked stays ticked. */
  const show = (): void => {
    pick.busy = store.models === undefined;
    const entries = modelEntries(store, { recent: [], chosen: null }, t);
    const now = JSON.stringify(entries.map((entry) => (entry.kind === "model" ? entry.model.key : entry.label)));
    if (now === shown) return;
    shown = now;
    const ticked = new Set(pick.selectedItems.map(({ key }) => key));
    // What was chosen before may come after the list has been opened: the node has only just started.
    const isTicked = (key: string): boolean => ticked.has(key) || (wanted.has(key) && !listed.has(key));
    const items = entries.map(toItem);
    pick.items = items;
    pick.selectedItems = items.filter(({ key }) => key !== undefined && isTicked(key));
    for (const { key } of items) if (key !== undefined) listed.add(key);
  };
  show();
  const watching = [watchTraffic(), store.onDidChange(show)];
  connect().catch(() => {
    pick.busy = false;
  });
  try {
    return await new Promise<readonly Contender[] | undefined>((resolve) => {
      pick.onDidHide(() => resolve(undefined));
      pick.onDidChangeSelection((items) => {
        pick.title = items.length === 0 ? t("Compare Models") : t("Compare Models: {0} chosen", { 0: items.length });
      });
      pick.onDidAccept(() => {
        const contenders = pick.selectedItems.flatMap(({ contender }) => contender ?? []);
        if (contenders.length >= fewestContenders && contenders.length <= mostContenders) resolve(contenders);
        else pick.title = t("Choose two to four models: {0} chosen", { 0: contenders.length });
      });
      pick.show();
    });
  } finally {
    for (const each of watching) each.dispose();
    pick.dispose();
  }
}

function toItem(entry: ModelEntry): Item {
  if (entry.kind === "group") return { label: entry.label, kind: vscode.QuickPickItemKind.Separator };
  const { label, description, detail, icon, colour, model } = entry;
  const iconPath = new vscode.ThemeIcon(icon, colour === undefined ? undefined : new vscode.ThemeColor(colour));
  return { label, description, ...(detail === "" ? {} : { detail }), iconPath, key: model.key, contender: model.kept };
}
