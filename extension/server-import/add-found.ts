import { MeshError } from "../../contract/errors/mesh-error.ts";
import { backendsAdd } from "../../contract/rpc/backends.ts";
import { suggestName } from "../servers/suggest-name.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { FoundServer } from "./found-server.ts";

/** What became of one server. */
export interface ImportOutcome {
  readonly server: FoundServer;
  /** Its name here. */
  readonly name: string;
  /** Null when it was added. */
  readonly error: MeshError | null;
}

export interface AddFoundOptions {
  /** Names that servers have already. */
  readonly taken: readonly string[];
  readonly takesKeys: boolean;
  readonly signal: AbortSignal;
  /** Before each server, with the share that is done. */
  readonly onNext: (server: FoundServer, share: number) => void;
}

/** Adds servers one after the other, each after a real request to it. Cancelling leaves the rest out. */
export async function addFound(
  client: NodeClient,
  servers: readonly FoundServer[],
  { taken, takesKeys, signal, onNext }: AddFoundOptions,
): Promise<ImportOutcome[]> {
  const names = new Set(taken);
  const outcomes: ImportOutcome[] = [];
  for (const [index, server] of servers.entries()) {
    const name = suggestName([server.label, new URL(server.url).hostname], names);
    names.add(name);
    onNext(server, index / servers.length);
    const key = takesKeys && server.key !== undefined ? { key: server.key } : {};
    const entry = { id: name, kind: server.kind, url: server.url };
    try {
      signal.throwIfAborted();
      await client.request(backendsAdd, { entry, ...key, force: false }, signal);
      outcomes.push({ server, name, error: null });
    } catch (error) {
      if (!(error instanceof MeshError) || error.code === "node_lost") throw error;
      outcomes.push({ server, name, error });
    }
  }
  return outcomes;
}

/** Those that are not here yet, each once. */
export function newServers(servers: readonly FoundServer[], here: readonly (string | null)[]): FoundServer[] {
  const known = new Set(here);
  return servers.filter(({ url }) => {
    const isNew = !known.has(url);
    known.add(url);
    return isNew;
  });
}
