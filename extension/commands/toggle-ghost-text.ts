import * as vscode from "vscode";
import { modelsList } from "../../contract/rpc/models.ts";
import { ghostModel } from "../ghost/ghost-models.ts";
import { ghostSettings, isOn, isOnSomewhere, setForAll, setForLanguage } from "../ghost/ghost-settings.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command, CommandServices } from "./command.ts";
import type { CommandName } from "./declarations.ts";
import { loadIntoMemory } from "./load-into-memory.ts";

type Choice = vscode.QuickPickItem & { readonly run?: () => Promise<boolean> };

/** How long it is said that something was set, in milliseconds. */
const saidMs = 5000;

const loadModel: CommandName = "inferenceMesh.loadModel";

/** Asks for which language, and says what would answer where nothing would. */
export const toggleGhostText: Command = async (services) => {
  const { t } = services;
  const chosen = await vscode.window.showQuickPick(choices(services), {
    title: t("Ghost Text"),
    placeHolder: t("Text that a model would write next, shown while you type"),
  });
  const isOnNow = await chosen?.run?.();
  if (isOnNow === true) await offerModel(services);
};

function choices({ t }: CommandServices): Choice[] {
  const document = vscode.window.activeTextEditor?.document;
  const item = (icon: string, label: string, run: () => Promise<boolean>): Choice => ({
    label,
    iconPath: new vscode.ThemeIcon(icon),
    run,
  });
  const forLanguage = (languageId: string): Choice => {
    const language = { 0: plainText(languageId, 40) };
    return isOn({ languageId })
      ? item("circle-slash", t("Turn off for {0}", language), async () => {
          await setForLanguage(languageId, false);
          vscode.window.setStatusBarMessage(t("Ghost text is off for {0}.", language), saidMs);
          return false;
        })
      : item("check", t("Turn on for {0}", language), async () => {
          await setForLanguage(languageId, true);
          vscode.window.setStatusBarMessage(t("Ghost text is on for {0}.", language), saidMs);
          return true;
        });
  };
  const turnAll = (value: boolean) => async (): Promise<boolean> => {
    await setForAll(value);
    const said = value ? t("Ghost text is on for all languages.") : t("Ghost text is off for all languages.");
    vscode.window.setStatusBarMessage(said, saidMs);
    return value;
  };
  return [
    ...(document === undefined ? [] : [forLanguage(document.languageId)]),
    item("check-all", t("Turn on for all languages"), turnAll(true)),
    ...(isOnSomewhere() ? [item("circle-slash", t("Turn off for all languages"), turnAll(false))] : []),
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    item("settings-gear", t("Settings…"), async () => {
      await vscode.commands.executeCommand("workbench.action.openSettings", "inferenceMesh.ghostText");
      return false;
    }),
  ];
}

/** The smallest model that could do it answers soonest; only on a word is it loaded. */
async function offerModel(services: CommandServices): Promise<void> {
  const { supervisor, store, t } = services;
  const connection = await supervisor.start();
  const document = vscode.window.activeTextEditor?.document;
  const named = document === undefined ? "" : ghostSettings(document).model;
  // One that is named is loaded as soon as somebody writes.
  if (named !== "" || ghostModel(store, "") !== null) return;
  const { models } = await connection.request(modelsList, {});
  const able = models.filter(({ capabilities, problem }) => capabilities.includes("infill") && problem === null);
  if (able.some(({ state }) => state === "loaded")) return;
  const [smallest] = able.toSorted((a, b) => a.sizeBytes - b.sizeBytes);
  const load = smallest === undefined ? t("Load a Model…") : t("Load {0}", { 0: plainText(smallest.displayName, 40) });
  const chosen = await vscode.window.showInformationMessage(
    t("Ghost text is on, but no model that fills in the middle is loaded, such as Qwen2.5 Coder."),
    load,
  );
  if (chosen !== load) return;
  if (smallest === undefined) await vscode.commands.executeCommand(loadModel);
  else await loadIntoMemory(services, smallest.id, smallest.displayName);
}
