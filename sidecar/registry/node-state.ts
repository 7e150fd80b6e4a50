import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import { backendIdSchema, nodeIdSchema } from "../../contract/mesh/ids.ts";
import { VersionedFile } from "../platform/versioned-file.ts";

/** What the node remembers over restarts. Secrets have files of their own. */
export const nodeStateSchema = z.object({
  nodeId: nodeIdSchema,
  /** Model files outside the models folder, by absolute path. */
  addedModelPaths: z.array(z.string()),
  /** Backends that a person has drained and not enabled since. */
  drainedBackends: z.array(backendIdSchema).default([]),
});

export type NodeStateFile = VersionedFile<typeof nodeStateSchema>;

/** @throws MeshError `state_too_new`, `folder_unwritable` */
export async function openNodeState(stateFolder: string): Promise<NodeStateFile> {
  return await VersionedFile.open({
    path: join(stateFolder, "node.json"),
    schema: nodeStateSchema,
    initial: () => ({ nodeId: `node-${randomBytes(16).toString("hex")}`, addedModelPaths: [], drainedBackends: [] }),
    // The first format: there is nothing older to migrate from.
    migrations: [],
  });
}
