import * as vscode from "vscode";
import { type Contender, fewestContenders, mostContenders } from "../../contract/webview/compare-setup.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Translate } from "../platform/translate.ts";
import { contenderGroups, contenderKey, type OfferedContender } from "./contender.ts";

export interface PickContendersOptions {
  readonly store: MeshStore;
  readonly t: Translate;
  /** What is ticked at first. */
  readonly chosen: readonly Contender[];
}

interface Item extends vscode.QuickPickItem {
  readonly contender?: Contender;
}

const healthIcons: Readonly<Record<NonNullable<OfferedContender["health"]>, string>> = {
  healthy: "pass",
  degraded: "warning",
  unhealthy: "error",
  unknown: "question",
  loading: "loading~spin",
  draining: "filter",
  disabled: "circle-slash",
};

/** Asks whom to compare, in the editor's own list. Undefined when the person turns away. */
export async function pickContenders({
  store,
  t,
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
  let isTouched = false;
  const ticked = (): Set<string> => new Set(pick.selectedItems.flatMap(({ contender }) => keysOf(contender)));
  /** The list, anew only where another model can be chosen or one no longer; what is ticked stays ticked. */
  const show = (isTicked: ReadonlySet<string>): void => {
    const groups = contenderGroups(store, t);
    const now = JSON.stringify(groups.map(({ contenders }) => contenders.map(({ contender }) => contender)));
    if (now === shown) return;
    shown = now;
    pick.items = groups.flatMap(({ title, contenders }): Item[] => [
      { label: title, kind: vscode.QuickPickItemKind.Separator },
      ...contenders.map(({ contender, label, detail, health }) => ({
        label,
        description: detail,
        iconPath: new vscode.ThemeIcon(health === null ? "type-hierarchy" : healthIcons[health]),
        contender,
      })),
    ]);
    pick.selectedItems = pick.items.filter(({ contender }) => keysOf(contender).some((key) => isTicked.has(key)));
    pick.busy = pick.items.length === 0;
  };
  const wanted = new Set(chosen.map(contenderKey));
  show(wanted);
  // What was chosen before may come after the list has been opened: the node has only just started.
  const follow = store.onDidChange(() => show(new Set([...ticked(), ...(isTouched ? [] : wanted)])));
  try {
    return await new Promise<readonly Contender[] | undefined>((resolve) => {
      pick.onDidHide(() => resolve(undefined));
      pick.onDidChangeSelection((items) => {
        isTouched ||= items.length > 0;
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
    follow.dispose();
    pick.dispose();
  }
}

const keysOf = (contender: Contender | undefined): string[] =>
  contender === undefined ? [] : [contenderKey(contender)];
