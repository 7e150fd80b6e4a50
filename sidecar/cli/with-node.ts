import { attachToNode, connectToNode } from "../client/attach.ts";
import type { ControlConnection } from "../client/control-connection.ts";
import { clientIdentity } from "./client-identity.ts";
import type { CommandContext } from "./command.ts";

/** Runs with a connection to the running node, also while it is ending. @throws MeshError `node_not_running` */
export async function withRunningNode<T>(
  context: CommandContext,
  use: (connection: ControlConnection) => Promise<T>,
): Promise<T> {
  const identity = { ...clientIdentity(context), acceptsDraining: true };
  return await closing(await connectToNode({ folders: context.folders, identity }), use);
}

/** Runs with a connection to the node, which is started if it is not running and ends a while after this command. */
export async function withNode<T>(
  context: CommandContext,
  use: (connection: ControlConnection) => Promise<T>,
): Promise<T> {
  const { folders, installation, signal } = context;
  const { connection } = await attachToNode({
    folders,
    identity: clientIdentity(context),
    sidecarProgram: installation.sidecarProgram,
    signal,
  });
  return await closing(connection, use);
}

async function closing<T>(
  connection: ControlConnection,
  use: (connection: ControlConnection) => Promise<T>,
): Promise<T> {
  try {
    return await use(connection);
  } finally {
    connection.dispose();
  }
}
