import * as vscode from "vscode";
import type { CommandName } from "../commands/declarations.ts";
import type { AskableModel } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { recentChoicesSchema, withRecent } from "../mesh/recent-choices.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Translate } from "../platform/translate.ts";
import { type ModelEntry, modelEntries } from "./model-entries.ts";

export interface PickModelOptions {
  readonly t: Translate;
  readonly title: string;
  readonly store: MeshStore;
  /** Starts the node; what keeps it from starting is shown by the views. */
  readonly connect: () => Promise<unknown>;
  /** Speed and latency are told only while somebody watches. */
  readonly watchTraffic: () => Disposable;
  readonly chosen: () => AskableModel | null;
  /** Where it is kept what was chosen lately. */
  readonly memory: vscode.Memento;
}

const recentKey = "recentModels";

interface Item extends vscode.QuickPickItem {
  /** Undefined for headings. */
  readonly key?: string;
  readonly model?: AskableModel;
  readonly command?: CommandName;
}

/** Figures change with every request: a list that is drawn anew for each of them is hard to read. In milliseconds. */
const refreshMs = 400;

/** Asks which model, of all that the mesh has now. Undefined when the person turns away, or goes to add one. */
export async function pickModelToAsk(options: PickModelOptions): Promise<AskableModel | undefined> {
  const { t, title, store, connect, watchTraffic, memory } = options;
  const recent = recentChoicesSchema.parse(memory.get(recentKey) ?? []);
  const list = vscode.window.createQuickPick<Item>();
  list.title = title;
  list.placeholder = t("Model to ask");
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  // What changes while the list is open must not take the person away from where they are in it.
  list.keepScrollPosition = true;
  let shown = "";
  const update = (): void => {
    const items = listItems(modelEntries(store, { recent, chosen: options.chosen() }, t), t);
    list.busy = store.models === undefined;
    const looks = JSON.stringify(items);
    if (looks === shown) return;
    const key = shown === "" ? options.chosen()?.key : list.activeItems[0]?.key;
    shown = looks;
    list.items = items;
    const active = items.filter((item) => item.key !== undefined && item.key === key);
    if (active.length > 0) list.activeItems = active;
  };
  let timer: NodeJS.Timeout | undefined;
  const updateSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      update();
    }, refreshMs);
  };
  const watching = [watchTraffic(), store.onDidChange(updateSoon), store.onDidFlow(updateSoon)];
  update();
  list.show();
  connect().catch(() => {
    list.busy = false;
  });
  try {
    const item = await new Promise<Item | undefined>((resolve) => {
      list.onDidAccept(() => resolve(list.activeItems[0]));
      list.onDidHide(() => resolve(undefined));
    });
    list.hide();
    if (item?.command !== undefined) await vscode.commands.executeCommand(item.command);
    // Those that stand for others are always near the top.
    const isNamed = item?.model !== undefined && item.model.kind !== "virtual";
    if (isNamed) await memory.update(recentKey, withRecent(recent, item.model.kept));
    return item?.model;
  } finally {
    clearTimeout(timer);
    for (const each of watching) each.dispose();
    list.dispose();
  }
}

function listItems(entries: readonly ModelEntry[], t: Translate): Item[] {
  return [...entries.map(toItem), ...waysToMore(t)];
}

function toItem(entry: ModelEntry): Item {
  if (entry.kind === "group") return { label: entry.label, kind: vscode.QuickPickItemKind.Separator };
  const { label, description, detail, icon, colour, model } = entry;
  const themed = colour === undefined ? new vscode.ThemeIcon(icon) : coloured(icon, colour);
  return { label, description, ...(detail === "" ? {} : { detail }), iconPath: themed, key: model.key, model };
}

const coloured = (icon: string, colour: string): vscode.ThemeIcon =>
  new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));

/** Whoever misses a model here wants one more. */
function waysToMore(t: Translate): Item[] {
  const way = (command: CommandName, label: string, icon: string): Item => ({
    label,
    iconPath: new vscode.ThemeIcon(icon),
    key: command,
    command,
  });
  return [
    { label: t("More models"), kind: vscode.QuickPickItemKind.Separator },
    way("inferenceMesh.addServer", t("Add a server…"), "add"),
    way("inferenceMesh.downloadModel", t("Download a model…"), "cloud-download"),
  ];
}
