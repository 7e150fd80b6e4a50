import * as vscode from "vscode";
import { backendsDrain } from "../../contract/rpc/backends.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { Command } from "./command.ts";
import { serverToActOn } from "./server-of-row.ts";

/** Takes a server out of use once its open answers are over. Cancelling ends the waiting; the server stays out. */
export const drainThisServer: Command = async (services, argument) => {
  const { t, supervisor } = services;
  const server = await serverToActOn(services, argument);
  if (server === undefined) return;
  const { backendId, label } = server;
  const name = plainText(label);
  const minutes = [1, 5, 30].map((count) => ({
    label: count === 1 ? t("Wait for 1 minute at most") : t("Wait for {0} minutes at most", { 0: count }),
    seconds: 60 * count,
  }));
  const items = [...minutes, { label: t("Do not wait"), seconds: 0 }];
  const title = t("Drain {0}: it gets nothing new until you enable it again", { 0: name });
  const chosen = await vscode.window.showQuickPick(items, { title });
  if (chosen === undefined) return;
  const connection = await supervisor.start();
  const params = { id: backendId, deadlineSeconds: chosen.seconds };
  const { openRequests } = await withProgress(t("Waiting for the open answers of {0}…", { 0: name }), (signal) =>
    connection.request(backendsDrain, params, signal),
  );
  const open = t("{0} is drained; {1} answers are still open.", { 0: name, 1: openRequests });
  void vscode.window.showInformationMessage(openRequests === 0 ? t("{0} is drained.", { 0: name }) : open);
};
