import { chatBody } from "./chat-request.ts";
import { meshRequest } from "./mesh-request.ts";
import { RecordingSink } from "./recording-sink.ts";
import { ServersUnderTest } from "./server-under-test.ts";
import { StandInServer, status } from "./stand-in-server.ts";

const never = new AbortController().signal;
export const model = "gemini-3-flash-preview";
export const wholePath = `POST /v1beta/models/${model}:generateContent`;
export const streamPath = `POST /v1beta/models/${model}:streamGenerateContent?alt=sse`;

/**
 * From documentation, never recorded: the Gemini API reference (models.list, generateContent, thought signatures, errors)
 * and the types of Google's SDK for JavaScript 2.32, read on 2026-11-21.
 */
export const documented = {
  firstPage: {
    models: [
      {
        name: `models/${model}`,
        version: "3-flash-preview",
        displayName: "Gemini 3 Flash Preview",
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
        supportedGenerationMethods: ["generateContent", "countTokens"],
        thinking: true,
      },
      { name: "models/imagen-4", supportedGenerationMethods: ["predict"] },
    ],
    nextPageToken: "a b+c",
  },
  secondPage: {
    models: [
      {
        name: "models/gemini-embedding-001",
        displayName: "Gemini Embedding 001",
        inputTokenLimit: 2048,
        supportedGenerationMethods: ["embedContent", "countTextTokens"],
      },
      { name: "models/gemma-4-31b-it", inputTokenLimit: 262_144, supportedGenerationMethods: ["generateContent"] },
    ],
  },
  whole: {
    candidates: [{ content: { parts: [{ text: "Hello" }], role: "model" }, finishReason: "STOP", index: 0 }],
    usageMetadata: {
      promptTokenCount: 4,
      candidatesTokenCount: 1,
      thoughtsTokenCount: 20,
      totalTokenCount: 25,
      cachedContentTokenCount: 3,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 4 }],
    },
    modelVersion: model,
    responseId: "r1",
  },
  wrongKey: {
    error: {
      code: 400,
      message: "API key not valid. Please pass a valid API key.",
      status: "INVALID_ARGUMENT",
      details: [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com" },
      ],
    },
  },
  exhausted: {
    error: {
      code: 429,
      message: "You exceeded your current quota.",
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "37.8s" },
      ],
    },
  },
} as const;

/** Events as Google sends them: without a last word of the stream's own. */
export const eventStream = (...events: readonly unknown[]) =>
  status(200, events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(""), {
    "content-type": "text/event-stream",
  });

/** A server that answers as Google's documents say, until a test tells it otherwise, and backends at it. */
export class GeminiStandIn {
  readonly servers = new ServersUnderTest();
  readonly server: StandInServer;

  private constructor(server: StandInServer) {
    this.server = server;
  }

  static async start(): Promise<GeminiStandIn> {
    const server = await StandInServer.start({
      "GET /v1beta/models?pageSize=1000": status(200, documented.firstPage),
      "GET /v1beta/models?pageSize=1000&pageToken=a%20b%2Bc": status(200, documented.secondPage),
      [wholePath]: status(200, documented.whole),
      [streamPath]: eventStream(
        { candidates: [{ content: { parts: [{ text: "Hel" }], role: "model" }, index: 0 }] },
        documented.whole,
      ),
    });
    return new GeminiStandIn(server);
  }

  backend(entry: Partial<Parameters<ServersUnderTest["create"]>[0]> = {}) {
    return this.servers.create({ url: this.server.url, ...entry }, { kind: "gemini", key: "g-secret" });
  }

  /** Sends a chat, and tells what the server was sent and what came back. */
  async chat(extra: Record<string, unknown>, backend = this.backend()) {
    const sink = new RecordingSink();
    const name = typeof extra.model === "string" ? extra.model : model;
    await backend.forward(meshRequest(chatBody(name, extra)), sink, never);
    const sent = this.server.received.findLast(({ method }) => method === "POST");
    return { sink, sent: JSON.parse(sent?.body ?? "null") };
  }

  /** Sends a chat that fails. */
  async refusal(extra: Record<string, unknown>): Promise<object> {
    return await this.chat(extra).then(
      () => ({}),
      (error) => ({ code: error.code, ...error.params }),
    );
  }

  async dispose(): Promise<void> {
    await this.servers.resources.dispose();
    await this.server.dispose();
  }
}
