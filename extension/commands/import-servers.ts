import * as vscode from "vscode";
import { backendsList } from "../../contract/rpc/backends.ts";
import { errorWords } from "../platform/error-words.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { Translate } from "../platform/translate.ts";
import { addFound, type ImportOutcome, newServers } from "../server-import/add-found.ts";
import { askForKeys, chooseFound } from "../server-import/choose-found.ts";
import type { Findings } from "../server-import/found-server.ts";
import { showServer } from "../servers/show-server.ts";
import type { Command, CommandServices } from "./command.ts";

/** Its parser of YAML is large, and nobody who starts a window should wait for it. */
const finder = (): Promise<typeof import("../server-import/find-servers.ts")> =>
  import("../server-import/find-servers.ts");

/** Finds servers that other programs know, adds those that the person checks, and says what became of each. */
export const importServers: Command = async (services) => {
  const { t } = services;
  const found = await withProgress(t("Looking for servers of other programs…"), async (signal) =>
    (await finder()).findServers(t, signal),
  );
  await importFrom(services, found);
};

async function importFrom(services: CommandServices, found: Findings): Promise<void> {
  const { supervisor, t } = services;
  const { backends } = await (await supervisor.start()).request(backendsList, {});
  const servers = newServers(
    found.servers,
    backends.map(({ url }) => url),
  );
  const chosen = servers.length === 0 ? await offerFile(found, t) : await chooseFound(servers, t);
  if (chosen === "otherFile") return await importFromFile(services);
  if (chosen === undefined || chosen.servers.length === 0) return;
  const takesKeys = await askForKeys(chosen.servers, t);
  if (takesKeys === undefined) return;
  const connection = await supervisor.start();
  const outcomes = await withProgress(t("Adding servers"), (signal, report) =>
    addFound(connection, chosen.servers, {
      taken: backends.map(({ id }) => id),
      takesKeys,
      signal,
      onNext: ({ label }, share) => report(share, plainText(label)),
    }),
  );
  const added = outcomes.filter(({ error }) => error === null);
  if (added[0] !== undefined) await showServer(services, added[0].name);
  await summarise(outcomes, found.passedOver, t);
}

async function importFromFile(services: CommandServices): Promise<void> {
  const { t } = services;
  const [file] =
    (await vscode.window.showOpenDialog({ title: t("LiteLLM configuration"), filters: { YAML: ["yaml", "yml"] } })) ??
    [];
  if (file !== undefined) await importFrom(services, await (await finder()).findInLiteLlmFile(file.fsPath, t));
}

/** Nothing new was found: there may be a file elsewhere. */
async function offerFile({ servers, passedOver }: Findings, t: Translate): Promise<"otherFile" | undefined> {
  const other = t("Choose a LiteLLM file…");
  const words = [
    servers.length > 0
      ? t("All servers that were found are here already.")
      : t("No servers of other programs were found."),
    ...passedOver.slice(0, 3),
  ];
  return (await vscode.window.showInformationMessage(words.join(" "), other)) === other ? "otherFile" : undefined;
}

async function summarise(
  outcomes: readonly ImportOutcome[],
  passedOver: readonly string[],
  t: Translate,
): Promise<void> {
  const added = outcomes.filter(({ error }) => error === null);
  const missed = [
    ...outcomes.flatMap(({ name, error }) =>
      error === null ? [] : [`${plainText(name)}: ${errorWords(error, t).message}`],
    ),
    ...passedOver,
  ];
  const words = t("Servers added: {0}.", { 0: added.length });
  if (missed.length === 0) {
    void vscode.window.showInformationMessage(words);
    return;
  }
  const why = t("Why?");
  const more = t("Not added: {0}.", { 0: missed.length });
  if ((await vscode.window.showWarningMessage(`${words} ${more}`, why)) !== why) return;
  const question = t("Not added, and why");
  await vscode.window.showInformationMessage(question, { modal: true, detail: missed.slice(0, 20).join("\n\n") });
}
