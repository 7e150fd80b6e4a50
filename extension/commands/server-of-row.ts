import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
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

/** Everything beside this machine's own engine. */
export const allServers = ({ store }: Pick<CommandServices, "store">): Server[] =>
  store.topology
    .ofKind("backend")
    .filter((backend): backend is Server => backend.backendId !== null && backend.url !== null);
