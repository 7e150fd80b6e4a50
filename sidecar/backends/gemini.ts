import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { translatableChatSchema } from "../../contract/openai/translatable-chat.ts";
import { translatableEmbeddingsSchema } from "../../contract/openai/translatable-embeddings.ts";
import { parseBody } from "../platform/parse-body.ts";
import { type BackendEntry, backendEntrySchema } from "../registry/backend-entry.ts";
import type { BackendDefinition } from "./definition.ts";
import { ServerBackend } from "./server/server-backend.ts";
import type { ServerDependencies } from "./server/server-dependencies.ts";
import type { ServerCall, ServerDialect, TranslatableRequest } from "./server/server-dialect.ts";
import { GeminiChatAnswer } from "./translation/gemini/chat-answer.ts";
import { toGeminiChat } from "./translation/gemini/chat-request.ts";
import { firstPage, nextPage, readGeminiModels } from "./translation/gemini/model-list.ts";
import { readGeminiRefusal } from "./translation/gemini/refusal.ts";
import { SignatureBook } from "./translation/gemini/signature-book.ts";
import { fromGeminiVectors, toGeminiVectors } from "./translation/gemini/vectors.ts";
import { StreamedAnswerSink } from "./translation/streamed-answer-sink.ts";
import { WholeAnswerSink } from "./translation/whole-answer-sink.ts";

/** What people paste may have a version, or Google's OpenAI-compatible part of it. */
const withoutVersion = (url: string): string => url.replace(/\/v1(alpha|beta)?(\/.*)?$/, "");

/** One server's dialect: what it remembers of its answers is its own. */
class GeminiDialect implements ServerDialect {
  readonly listPath = firstPage;
  readonly paths = ["/v1/chat/completions", "/v1/embeddings"] as const;
  readonly #backend: string;
  readonly #signatures = new SignatureBook();
  /** Models that say of themselves that they think. */
  readonly #thinking = new Set<string>();

  constructor(backend: string) {
    this.#backend = backend;
  }

  readonly nextPage = nextPage;
  readonly readRefusal = readGeminiRefusal;

  /** Never in the address, which proxies write into their logs. */
  credentials(key: string) {
    return [["x-goog-api-key", key]] as const;
  }

  readList(body: Buffer) {
    const models = readGeminiModels(body, this.#backend);
    for (const { id, capabilities } of models) if (capabilities?.includes("reasoning")) this.#thinking.add(id);
    return { nodeId: null, models };
  }

  headers() {
    return [];
  }

  translate(request: TranslatableRequest): ServerCall {
    return request.path === "/v1/embeddings" ? this.#vectorsCall(request) : this.#chatCall(request);
  }

  #chatCall({ body, model }: TranslatableRequest): ServerCall {
    const backend = this.#backend;
    const signatures = this.#signatures;
    const request = parseBody(body, translatableChatSchema);
    const isStream = request.stream === true;
    const includeUsage = request.stream_options?.include_usage === true;
    const translation = new GeminiChatAnswer({ backend, signatures, asked: { model, includeUsage } });
    const context = { model, isThinking: this.#thinking.has(model), signatures };
    return {
      path: pathOf(model, isStream ? "streamGenerateContent?alt=sse" : "generateContent"),
      body: Buffer.from(JSON.stringify(toGeminiChat(request, context))),
      wrap: (client) =>
        isStream
          ? new StreamedAnswerSink({ backend, client, translation })
          : new WholeAnswerSink({ backend, client, translation }),
    };
  }

  #vectorsCall({ body, model }: TranslatableRequest): ServerCall {
    const backend = this.#backend;
    const asked = { ...parseBody(body, translatableEmbeddingsSchema), model };
    const translation = { whole: (text: string) => fromGeminiVectors(text, asked, backend) };
    return {
      path: pathOf(model, "batchEmbedContents"),
      body: Buffer.from(JSON.stringify(toGeminiVectors(asked, model))),
      wrap: (client) => new WholeAnswerSink({ backend, client, translation }),
    };
  }
}

const pathOf = (model: string, call: string): string => `/v1beta/models/${encodeURIComponent(model)}:${call}`;

/** Google's Gemini API. */
export const geminiDefinition: BackendDefinition<BackendEntry, ServerDependencies> = {
  kind: "gemini",
  ...serverKinds.gemini,
  configSchema: backendEntrySchema,
  create: (configured, dependencies) => {
    const entry = { ...configured, url: withoutVersion(configured.url) };
    return new ServerBackend(entry, new GeminiDialect(entry.id), dependencies);
  },
};
