import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type BackendSummary, backendsEdit, backendsList } from "../../contract/rpc/backends.ts";
import type { CommandServices } from "../commands/command.ts";
import { serverToActOn } from "../commands/server-of-row.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import { askAfterFailure } from "./failure-question.ts";
import type { ServerEdit } from "./server-changes.ts";

/** The server of a row, or one that the person picks, as the node has it; undefined when they turn away. */
export async function serverAsItIs(services: CommandServices, argument: unknown): Promise<BackendSummary | undefined> {
  const server = await serverToActOn(services, argument);
  if (server === undefined) return undefined;
  const { backends } = await (await services.supervisor.start()).request(backendsList, {});
  const found = backends.find(({ id }) => id === server.backendId);
  // What a server is called may be other people's text.
  return found === undefined ? undefined : { ...found, label: plainText(found.label) };
}

/** Changes a server, after trying it where that matters. False when the person wants to change their answer. */
export async function changeServer(
  { supervisor, t }: CommandServices,
  { id, label }: BackendSummary,
  edit: ServerEdit,
): Promise<boolean> {
  const connection = await supervisor.start();
  const send = (force: boolean, signal?: AbortSignal) =>
    connection.request(backendsEdit, { id, ...edit, force }, signal);
  try {
    await withProgress(t("Changing {0}…", { 0: label }), (signal) => send(false, signal));
  } catch (error) {
    if (!(error instanceof MeshError) || error.code === "cancelled") throw error;
    const decision = await askAfterFailure(error, t, t("Change Anyway"));
    if (decision === "change") return false;
    if (decision === "cancel") return true;
    await send(true);
  }
  vscode.window.setStatusBarMessage(`$(pass) ${t("{0} is changed.", { 0: label })}`, 5000);
  return true;
}
