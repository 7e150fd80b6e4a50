import { anthropic } from "./anthropic.ts";
import type { DialectClient } from "./dialect-client.ts";
import { ollama } from "./ollama.ts";
import { openAiChat } from "./openai-chat.ts";
import { responses } from "./responses.ts";

/** Every dialect that the gateway speaks. */
export const dialectClients: readonly DialectClient[] = [openAiChat, responses, anthropic, ollama];
