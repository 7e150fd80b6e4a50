import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { CommandServices } from "../commands/command.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";

/** A server that was just added is in the topology within a tenth of a second; longer than this, nobody waits for it. */
const arrivalMs = 5000;

/** Selects a server's row in the tree, and in the topology where that is open. */
export async function showServer({ store, tree, topology }: CommandServices, backendId: string): Promise<void> {
  const row = await rowOf(store, backendId, AbortSignal.timeout(arrivalMs));
  if (row === undefined) return;
  topology.selectWhereOpen(row);
  await tree.reveal(row.id);
}

/** The server's row, as soon as there is one; undefined when that takes too long. */
export async function rowOf(
  store: MeshStore,
  backendId: string,
  signal: AbortSignal,
): Promise<TopologyNode | undefined> {
  const find = (): TopologyNode | undefined =>
    store.topology.ofKind("backend").find((backend) => backend.backendId === backendId);
  const arrived = Promise.withResolvers<TopologyNode | undefined>();
  const look = (): void => {
    const row = find();
    if (row !== undefined) arrived.resolve(row);
  };
  const changes = store.onDidChange(look);
  const giveUp = (): void => arrived.resolve(undefined);
  signal.addEventListener("abort", giveUp, { once: true });
  look();
  try {
    return await arrived.promise;
  } finally {
    changes.dispose();
    signal.removeEventListener("abort", giveUp);
  }
}
