import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { readEntry } from "./server/model-list.ts";
import { nodeAware } from "./server/node-aware-dialect.ts";
import { readJson } from "./server/programs/read-json.ts";
import type { Particulars, ServerProgram } from "./server/programs/server-program.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";
import type { ManagementCalls, ServerDialect } from "./server/server-dialect.ts";

const loadedListSchema = z.object({ data: z.array(z.unknown()).max(4096) });
const loadedSchema = z.object({ id: z.string() });
const doneSchema = z.object({ success: z.boolean(), error: z.string().optional().catch(undefined) });

/** Where its Management API keeps the models of one node of it. */
const modelsPath = (fingerprint: string): string => `/api/v1/nodes/${encodeURIComponent(fingerprint)}/models`;

/** The models that it has in memory; all others of its list must be loaded first. */
function readLoaded(body: Buffer): Particulars | undefined {
  const list = readJson(loadedListSchema, body);
  if (list === undefined) return undefined;
  const loaded = new Set(list.data.map((entry) => loadedSchema.safeParse(entry).data?.id));
  return { describe: ({ id }) => ({ state: loaded.has(id) ? "loaded" : "available" }) };
}

const program = (fingerprint: string | undefined): ServerProgram => ({
  id: "backend-ai-go",
  recognise: () => "yes",
  now: fingerprint === undefined ? [] : [{ path: modelsPath(fingerprint), read: readLoaded }],
});

const management = (fingerprint: string): ManagementCalls => ({
  call: (action, modelId) => ({ path: `${modelsPath(fingerprint)}/${action}`, body: { modelId } }),
  problemIn: (body, backend) => {
    const done = readJson(doneSchema, body);
    const problem = "its answer says neither that it was done nor why not";
    if (done === undefined) throw new MeshError("backend_protocol", { backend, problem });
    return done.success ? null : (done.error ?? "");
  },
});

function dialectFor(entry: BackendEntry, nodeId: NodeId): ServerDialect {
  const { fingerprint } = entry;
  return {
    programs: [program(fingerprint)],
    ...(fingerprint === undefined ? {} : { management: management(fingerprint) }),
    ...nodeAware(entry, nodeId, readEntry),
  };
}

/**
 * A machine that runs Backend.AI GO, by address, port and key: its router answers requests in OpenAI's dialect, and its
 * Management API at the same address loads and unloads models, for which it has to be named by its fingerprint.
 */
export const backendAiGoDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "backend-ai-go",
  ...serverKinds["backend-ai-go"],
  configSchema: backendEntrySchema,
  create: (entry, dependencies) => new ServerBackend(entry, dialectFor(entry, dependencies.nodeId), dependencies),
};
