import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import { plainText } from "../platform/plain-text.ts";
import { serverIcon } from "../servers/server-icon.ts";
import type { CommandServices } from "./command.ts";

/** A server that a command acts on. */
export type Server = TopologyNode & { readonly backendId: string; readonly url: string };

/** The server of the row or the thing that a command was called with. @throws MeshError `unknown_backend` when it has gone */
export function serverOfRow({ store }: Pick<CommandServices, "store">, argument: unknown): Server {
  const id =
    typeof argument === "object" && argument !== null && "backendId" in argument ? argument.backendId : undefined;
  const servers = allServers({ store });
  const server = servers.find((each) => each.backendId === id);
  if (server !== undefined) return server;
  throw new MeshError("unknown_backend", {
    backend: String(id ?? ""),
    available: servers.map(({ backendId }) => backendId),
  });
}

/** The same; without a row, the one that the person picks. Undefined when they turn away, or there is none. */
export async function serverToActOn(services: CommandServices, argument: unknown): Promise<Server | undefined> {
  const { supervisor, store, t } = services;
  if (argument !== undefined) return serverOfRow(services, argument);
  await supervisor.start();
  const servers = allServers({ store });
  if (servers.length === 0) {
    const add = t("Add Server…");
    const chosen = await vscode.window.showInformationMessage(t("There is no server yet."), add);
    if (chosen === add) await vscode.commands.executeCommand("inferenceMesh.addServer");
    return undefined;
  }
  const items = servers.map((server) => ({
    label: plainText(server.label),
    description: plainText(server.url, 200),
    iconPath: new vscode.ThemeIcon(serverIcon(server.backendKind, server.program?.id ?? null)),
    server,
  }));
  const options = { title: t("Which server?"), matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.server;
}

/** Everything beside this machine's own engine. */
export const allServers = ({ store }: Pick<CommandServices, "store">): Server[] =>
  store.topology
    .ofKind("backend")
    .filter((backend): backend is Server => backend.backendId !== null && backend.url !== null);
