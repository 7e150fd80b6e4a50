import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { meshDialect } from "./server/mesh-dialect.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";
import { addressOf, privacyOf } from "./server/server-settings.ts";

/** Another router: the gateway of this product on another machine, or any that speaks OpenAI's API. */
export const routerDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "router",
  ...serverKinds.router,
  configSchema: backendEntrySchema,
  create: (entry, dependencies) => {
    const privacy = privacyOf(entry, addressOf(entry));
    return new ServerBackend(entry, meshDialect({ nodeId: dependencies.nodeId, privacy }), dependencies);
  },
};
