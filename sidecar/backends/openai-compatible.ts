import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { readEntry } from "./server/model-list.ts";
import { nodeAware } from "./server/node-aware-dialect.ts";
import { serverPrograms } from "./server/programs/index.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";

/** Any server that speaks OpenAI's API: vLLM, SGLang, llama-server, TGI, LM Studio, a cloud. */
export const openAiCompatibleDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "openai-compatible",
  ...serverKinds["openai-compatible"],
  configSchema: backendEntrySchema,
  create: (entry, dependencies) => {
    const dialect = { programs: serverPrograms, ...nodeAware(entry, dependencies.nodeId, readEntry) };
    return new ServerBackend(entry, dialect, dependencies);
  },
};
