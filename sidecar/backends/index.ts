import { localEngineDefinition } from "./local-engine.ts";

/** Every kind of backend. A new one is a new file and a line here. */
export const backendDefinitions = {
  "local-engine": localEngineDefinition,
} as const;
