import type { NodeId } from "../../contract/mesh/ids.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { translatableChatSchema } from "../../contract/openai/translatable-chat.ts";
import { translatableEmbeddingsSchema } from "../../contract/openai/translatable-embeddings.ts";
import { translatableTextSchema } from "../../contract/openai/translatable-text.ts";
import { parseBody } from "../platform/parse-body.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { meshDialect } from "./server/mesh-dialect.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";
import type { ServerCall, ServerDialect, TranslatableRequest } from "./server/server-dialect.ts";
import { addressOf, privacyOf } from "./server/server-settings.ts";
import type { AnswerTranslation } from "./translation/answer-translation.ts";
import { OllamaChatAnswer } from "./translation/ollama/chat-answer.ts";
import { toOllamaChat } from "./translation/ollama/chat-request.ts";
import { LineReader } from "./translation/ollama/line-reader.ts";
import { readTags } from "./translation/ollama/model-list.ts";
import type { OllamaSettings } from "./translation/ollama/options.ts";
import { ServerState } from "./translation/ollama/server-state.ts";
import { OllamaTextAnswer } from "./translation/ollama/text-answer.ts";
import { toOllamaText } from "./translation/ollama/text-request.ts";
import { fromOllamaVectors, toOllamaVectors } from "./translation/ollama/vectors.ts";
import { StreamedAnswerSink } from "./translation/streamed-answer-sink.ts";
import { WholeAnswerSink } from "./translation/whole-answer-sink.ts";

/** What people paste may be one of its calls. */
const withoutCall = (url: string): string => url.replace(/\/api(\/[^?#]*)?\/?([?#].*)?$/, "");

interface Asked {
  readonly backend: string;
  readonly request: TranslatableRequest;
  readonly settings: OllamaSettings;
}

/**
 * Ollama's own API, not its OpenAI-compatible one: that one takes neither a context nor the order not to cut a prompt.
 * A node that speaks it is told where a request has been and how far it may go, as by any other way.
 */
function ollamaDialect(entry: BackendEntry, nodeId: NodeId): ServerDialect {
  const { id: backend, contextTokens = null } = entry;
  const mesh = meshDialect({ nodeId, privacy: privacyOf(entry, addressOf(entry)) });
  const state = new ServerState({ backend, contextTokens });
  const settings = { contextTokens };
  return {
    listPath: "/api/tags",
    paths: ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"],
    readList: (body) => ({ nodeId: null, models: readTags(body, backend) }),
    addDetails: (models, ask) => state.look(models, ask),
    headers: (request) => (state.isNode ? mesh.headers(request) : []),
    translate: (request) => {
      const asked = { backend, request, settings };
      if (request.path === "/v1/embeddings") return vectorsCall(asked);
      return request.path === "/v1/completions" ? textCall(asked) : chatCall(asked);
    },
  };
}

function chatCall({ backend, request, settings }: Asked): ServerCall {
  const asked = parseBody(request.body, translatableChatSchema);
  const { model } = request;
  const body = Buffer.from(JSON.stringify(toOllamaChat(asked, model, settings)));
  const translation = new OllamaChatAnswer(backend, {
    model,
    includeUsage: asked.stream_options?.include_usage === true,
  });
  return { path: "/api/chat", body, wrap: wrapIn({ backend, translation, isStream: asked.stream === true }) };
}

function textCall({ backend, request, settings }: Asked): ServerCall {
  const asked = parseBody(request.body, translatableTextSchema);
  const { model } = request;
  const body = Buffer.from(JSON.stringify(toOllamaText(asked, model, settings)));
  const includeUsage = asked.stream_options?.include_usage === true;
  const translation = new OllamaTextAnswer(backend, { model, includeUsage });
  return { path: "/api/generate", body, wrap: wrapIn({ backend, translation, isStream: asked.stream === true }) };
}

/** Its streams are lines of JSON. */
function wrapIn(answer: {
  readonly backend: string;
  readonly translation: AnswerTranslation;
  readonly isStream: boolean;
}): ServerCall["wrap"] {
  const { isStream, ...options } = answer;
  const lines = { contentType: "application/x-ndjson", reader: new LineReader() };
  return (client) =>
    isStream ? new StreamedAnswerSink({ ...options, ...lines, client }) : new WholeAnswerSink({ ...options, client });
}

function vectorsCall({ backend, request, settings }: Asked): ServerCall {
  const asked = { ...parseBody(request.body, translatableEmbeddingsSchema), model: request.model };
  const translation = { whole: (text: string) => fromOllamaVectors(text, asked, backend) };
  return {
    path: "/api/embed",
    body: Buffer.from(JSON.stringify(toOllamaVectors(asked, request.model, settings))),
    wrap: (client) => new WholeAnswerSink({ backend, client, translation }),
  };
}

/** Ollama, by its own API. */
export const ollamaDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "ollama",
  ...serverKinds.ollama,
  configSchema: backendEntrySchema,
  create: (configured, dependencies) => {
    const entry = { ...configured, url: withoutCall(configured.url) };
    return new ServerBackend(entry, ollamaDialect(entry, dependencies.nodeId), dependencies);
  },
};
