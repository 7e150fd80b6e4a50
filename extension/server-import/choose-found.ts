import * as vscode from "vscode";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { serverIcon } from "../servers/server-icon.ts";
import type { FoundServer } from "./found-server.ts";

type Entry = vscode.QuickPickItem & { readonly server: FoundServer };

export type ChosenServers = { readonly servers: readonly FoundServer[] } | "otherFile" | undefined;

/** A checklist of what was found, all of it checked. Its button asks for another file instead. */
export async function chooseFound(found: readonly FoundServer[], t: Translate): Promise<ChosenServers> {
  const box = vscode.window.createQuickPick<Entry>();
  box.title = t("Import servers");
  box.placeholder = t("Each is tried before it is added");
  box.canSelectMany = true;
  box.ignoreFocusOut = true;
  box.matchOnDescription = true;
  box.buttons = [{ iconPath: new vscode.ThemeIcon("folder-opened"), tooltip: t("Choose a LiteLLM file…") }];
  box.items = found.map((server) => ({
    label: plainText(server.label),
    description: server.url,
    detail: foundDetail(server, t),
    iconPath: new vscode.ThemeIcon(serverIcon(server.kind, null)),
    server,
  }));
  box.selectedItems = box.items;
  try {
    return await new Promise((resolve) => {
      box.onDidAccept(() => resolve({ servers: box.selectedItems.map(({ server }) => server) }));
      box.onDidTriggerButton(() => resolve("otherFile"));
      box.onDidHide(() => resolve(undefined));
      box.show();
    });
  } finally {
    box.dispose();
  }
}

const foundDetail = ({ source, key }: FoundServer, t: Translate): string =>
  key === undefined
    ? t("Found in {0}", { 0: plainText(source) })
    : t("Found in {0}, with a key", { 0: plainText(source) });

/** Whether keys are taken over as well; undefined when the person turns away. Asks only where there are some. */
export async function askForKeys(servers: readonly FoundServer[], t: Translate): Promise<boolean | undefined> {
  const withKeys = servers.filter(({ key }) => key !== undefined);
  if (withKeys.length === 0) return false;
  const sources = [...new Set(withKeys.map(({ source }) => plainText(source)))].join(", ");
  const take = t("Take Keys Over");
  const leave = t("Without Keys");
  const question = t("Take over keys as well? Found: {0}", { 0: withKeys.length });
  const detail = t("They are in {0}. This node would keep a copy of each, and send it to its server alone.", {
    0: sources,
  });
  const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, take, leave);
  return chosen === undefined ? undefined : chosen === take;
}
