import type * as z from "zod";
import { countTokensRequestSchema, messagesRequestSchema } from "../../../contract/anthropic/messages.ts";
import type { ApiKeyScope } from "../../../contract/mesh/api-key.ts";
import { chatRequestSchema as ollamaChatSchema } from "../../../contract/ollama/chat.ts";
import {
  embedRequestSchema,
  embeddingsRequestSchema as ollamaEmbeddingsSchema,
} from "../../../contract/ollama/embed.ts";
import { generateRequestSchema } from "../../../contract/ollama/generate.ts";
import { showRequestSchema } from "../../../contract/ollama/show.ts";
import { chatRequestSchema } from "../../../contract/openai/chat.ts";
import { textRequestSchema } from "../../../contract/openai/completions.ts";
import {
  detokenizeRequestSchema,
  embeddingsRequestSchema,
  rerankRequestSchema,
  tokenizeRequestSchema,
} from "../../../contract/openai/embeddings.ts";
import { type RoutedPath, routedPathSchema } from "../../../contract/openai/paths.ts";
import { responsesRequestSchema } from "../../../contract/responses/request.ts";
import { dialectRoutes, informationRoutes } from "../../../sidecar/gateway/dialects/index.ts";

/** One call of the gateway, as the reference tells it. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  /** What a key must be for; null where none is asked for, `any` where every key will do. */
  readonly scope: ApiKeyScope | "any" | null;
  readonly what: string;
  /** Left out where there is no body, or one that is passed on unread. */
  readonly body?: z.ZodType;
}

interface Told {
  readonly what: string;
  readonly body?: z.ZodType;
}

const passedOn = (what: string): Told => ({ what: `${what}; [passed on](#images-and-audio) to servers that have it` });

/** The compiler demands one for each path. */
const routed: { readonly [path in RoutedPath]: Told } = {
  "/v1/chat/completions": { what: "a conversation, through the model's own chat template", body: chatRequestSchema },
  "/v1/completions": { what: "goes on with a text; works without a chat template", body: textRequestSchema },
  "/v1/embeddings": { what: "vectors of length 1", body: embeddingsRequestSchema },
  "/v1/rerank": {
    what: "with models made for it; others answer 400 `not_supported_by_model`",
    body: rerankRequestSchema,
  },
  "/v1/tokenize": { what: "exact tokens; waits in no queue", body: tokenizeRequestSchema },
  "/v1/detokenize": { what: "the text of tokens; waits in no queue", body: detokenizeRequestSchema },
  "/v1/images/generations": passedOn("makes images"),
  "/v1/images/edits": passedOn("edits images"),
  "/v1/images/variations": passedOn("varies images"),
  "/v1/audio/speech": passedOn("speaks"),
  "/v1/audio/transcriptions": passedOn("writes down what is said"),
  "/v1/audio/translations": passedOn("the same, in English"),
};

const ofDialects: Readonly<Record<string, Told>> = {
  "/v1/messages": {
    what: "[Anthropic's dialect](#anthropics-messages), for every model that can chat",
    body: messagesRequestSchema,
  },
  "/v1/messages/count_tokens": { what: "what the same request would read", body: countTokensRequestSchema },
  "/v1/responses": {
    what: "[OpenAI's newer dialect](#openais-responses), without anything that is kept",
    body: responsesRequestSchema,
  },
  "/api/chat": { what: "[Ollama's dialect](#ollamas-api): a conversation", body: ollamaChatSchema },
  "/api/generate": { what: "Ollama's: one question", body: generateRequestSchema },
  "/api/embed": { what: "Ollama's: vectors", body: embedRequestSchema },
  "/api/embeddings": { what: "the same, as older clients ask for one", body: ollamaEmbeddingsSchema },
  "/api/tags": { what: "Ollama's list of models" },
  "/api/ps": { what: "Ollama's list of loaded models" },
  "/api/show": { what: "Ollama's details of one model", body: showRequestSchema },
  "/api/version": { what: "the version of Ollama's API that is spoken, and ours" },
};

function toldOf(path: string): Told {
  const found = ofDialects[path];
  if (found === undefined) throw new Error(`Say in api-calls.ts what ${path} is.`);
  return found;
}

/** Every call of the gateway, from its own tables as far as it has any. */
export const apiCalls: readonly ApiCall[] = [
  { method: "GET", path: "/health", scope: null, what: 'whether somebody is there: `{"status":"ok"}`' },
  { method: "GET", path: "/", scope: "any", what: "the same in Ollama's words; `HEAD` as well" },
  {
    method: "GET",
    path: "/v1/models",
    scope: "models",
    what: "[the models](#model-list) of this node and its backends that the key may ask for, each once",
  },
  {
    method: "GET",
    path: "/v1/models/{name}",
    scope: "models",
    what: "one of them; slashes in a name may be encoded or not",
  },
  { method: "GET", path: "/metrics", scope: "metrics", what: "[the node's figures](METRICS.md), for Prometheus" },
  ...routedPathSchema.options.map((path) => ({
    method: "POST",
    path,
    scope: "inference" as const,
    ...routed[path],
  })),
  ...dialectRoutes.map(({ method, path }) => ({ method, path, scope: "inference" as const, ...toldOf(path) })),
  ...informationRoutes.map(({ method, path }) => ({ method, path, scope: "models" as const, ...toldOf(path) })),
];
