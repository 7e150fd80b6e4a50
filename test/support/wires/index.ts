import type { ServerKind } from "../../../contract/mesh/backend-entry.ts";
import { anthropicWire } from "./anthropic-wire.ts";
import { geminiWire } from "./gemini-wire.ts";
import { ollamaWire } from "./ollama-wire.ts";
import { openAiWire } from "./openai-wire.ts";
import type { Wire } from "./wire.ts";

/** What servers of each kind speak. */
export const wires: Readonly<Record<ServerKind, Wire>> = {
  "openai-compatible": openAiWire,
  openai: openAiWire,
  router: openAiWire,
  "backend-ai-go": openAiWire,
  anthropic: anthropicWire,
  ollama: ollamaWire,
  gemini: geminiWire,
};
