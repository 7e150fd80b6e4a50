import { join } from "node:path";
import * as z from "zod";
import { aliasNameSchema, revisionWeightsSchema } from "../../contract/mesh/alias.ts";
import { VersionedFile } from "../platform/versioned-file.ts";

/** The weights of each alias before they were last changed. */
const aliasHistorySchema = z.record(aliasNameSchema, revisionWeightsSchema);

export type AliasHistoryFile = VersionedFile<typeof aliasHistorySchema>;

/** @throws MeshError `state_too_new`, `folder_unwritable` */
export async function openAliasHistory(stateFolder: string): Promise<AliasHistoryFile> {
  return await VersionedFile.open({
    path: join(stateFolder, "alias-history.json"),
    schema: aliasHistorySchema,
    initial: () => ({}),
    // The first format: there is nothing older to migrate from.
    migrations: [],
  });
}
