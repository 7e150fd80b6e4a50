import type { ServerKind } from "./backend-entry.ts";

/** A kind of server as pickers, forms and the command line show it. */
export interface ServerKindFacts {
  readonly label: string;
  readonly description: string;
  /** Where it is when nobody says: a cloud has one address, and Ollama a usual one. Null for servers that may be anywhere. */
  readonly url: string | null;
}

/** In the order in which they are offered. */
export const serverKinds: Readonly<Record<ServerKind, ServerKindFacts>> = {
  "openai-compatible": {
    label: "OpenAI-compatible server",
    description: "A server at an address, such as vLLM, SGLang, llama-server or a cloud",
    url: null,
  },
  openai: {
    label: "OpenAI",
    description: "OpenAI's API with your key",
    url: "https://api.openai.com",
  },
  anthropic: {
    label: "Anthropic",
    description: "Anthropic's API with your key, or a server that speaks its Messages API",
    url: "https://api.anthropic.com",
  },
  gemini: {
    label: "Gemini",
    description: "Google's Gemini API with your key",
    url: "https://generativelanguage.googleapis.com",
  },
  ollama: {
    label: "Ollama",
    description: "An Ollama server by its own API, so that no prompt is cut unseen",
    url: "http://127.0.0.1:11434",
  },
  "backend-ai-go": {
    label: "Backend.AI GO",
    description: "A machine that runs Backend.AI GO: its models, loaded and unloaded from here",
    url: null,
  },
  router: {
    label: "Router",
    description: "Another node's gateway, or another router, by its address and key",
    url: null,
  },
};
