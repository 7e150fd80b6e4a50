import { countTokens } from "./anthropic/count-tokens.ts";
import { messages } from "./anthropic/messages.ts";
import type { InformationRoute, ModelAwareRoute, NativeRoute } from "./dialect.ts";
import { ollamaChat } from "./ollama/chat-route.ts";
import { ollamaEmbed, ollamaEmbeddings } from "./ollama/embed-routes.ts";
import { ollamaGenerate } from "./ollama/generate-route.ts";
import { ollamaErrors } from "./ollama/ollama-errors.ts";
import { ollamaPs } from "./ollama/ps-route.ts";
import { ollamaShow } from "./ollama/show-route.ts";
import { ollamaTags } from "./ollama/tags-route.ts";
import { ollamaVersion } from "./ollama/version-route.ts";
import { createResponse } from "./responses/create-response.ts";

/** The routes of every dialect but OpenAI's, which needs no translation. A new one is a new file and a line here. */
export const dialectRoutes: readonly (ModelAwareRoute | NativeRoute)[] = [
  messages,
  countTokens,
  createResponse,
  ollamaChat,
  ollamaGenerate,
  ollamaEmbed,
  ollamaEmbeddings,
];

/** What clients of these dialects ask about models. */
export const informationRoutes: readonly InformationRoute[] = [ollamaTags, ollamaPs, ollamaShow, ollamaVersion];

/** Whoever asks below such a path speaks that dialect, whether or not the path exists here. */
export const dialectSpaces: readonly Pick<ModelAwareRoute, "path" | "errors">[] = [
  { path: "/api", errors: ollamaErrors },
];
