import type { ServerKind } from "./backend-entry.ts";

/** A kind of server as pickers, forms and the command line show it. */
export interface ServerKindFacts {
  readonly label: string;
  readonly description: string;
  /** Where it is when nobody says: a cloud has one address. Null for servers that may be anywhere. */
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
