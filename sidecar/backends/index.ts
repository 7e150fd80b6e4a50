import { anthropicDefinition } from "./anthropic.ts";
import { backendAiGoDefinition } from "./backend-ai-go.ts";
import { geminiDefinition } from "./gemini.ts";
import { localEngineDefinition } from "./local-engine.ts";
import { ollamaDefinition } from "./ollama.ts";
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
  gemini: geminiDefinition,
  ollama: ollamaDefinition,
} as const;
