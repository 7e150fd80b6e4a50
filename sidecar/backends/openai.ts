import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { readEntry } from "./server/model-list.ts";
import { nodeAware } from "./server/node-aware-dialect.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";
import { sayLimitAnew } from "./translation/openai/limit-words.ts";

/** OpenAI's cloud. It speaks the router's own dialect: requests and answers pass unread, but for one word. */
export const openAiDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "openai",
  ...serverKinds.openai,
  configSchema: backendEntrySchema,
  create: (entry, dependencies) => {
    const dialect = { ...nodeAware(entry, dependencies.nodeId, readEntry), translate: sayLimitAnew };
    return new ServerBackend(entry, dialect, dependencies);
  },
};
