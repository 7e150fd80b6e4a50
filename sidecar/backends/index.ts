import { anthropicDefinition } from "./anthropic.ts";
import { backendAiGoDefinition } from "./backend-ai-go.ts";
import { localEngineDefinition } from "./local-engine.ts";
import { openAiDefinition } from "./openai.ts";
import { openAiCompatibleDefinition } from "./openai-compatible.ts";
import { routerDefinition } from "./router.ts";

/** Every kind of backend. A new one is a new file and a line here. */
export const backendDefinitions = {
  "local-engine": localEngineDefinition,
  "openai-compatible": openAiCompatibleDefinition,
  router: routerDefinition,
  anthropic: anthropicDefinition,
  "backend-ai-go": backendAiGoDefinition,
  openai: openAiDefinition,
} as const;
