import type * as z from "zod";
import type { LocalEngines } from "../engine/local-engines.ts";
import type { AdmissionQueue } from "../resources/admission-queue.ts";
import type { Backend } from "./backend.ts";
import type { HttpForwarder } from "./http/http-forwarder.ts";

/** What the engine's backend is made of; servers take others (`server/server-backend.ts`). */
export interface BackendDependencies {
  readonly engines: LocalEngines;
  readonly forwarder: HttpForwarder;
  /** Where requests for this node's own models wait. */
  readonly queue: AdmissionQueue;
}

/** A kind of backend. Pickers, forms and docs are made from these words. */
export interface BackendDefinition<Config, Dependencies = BackendDependencies> {
  readonly kind: string;
  readonly label: string;
  readonly description: string;
  readonly configSchema: z.ZodType<Config>;
  create(config: Config, dependencies: Dependencies): Backend;
}
