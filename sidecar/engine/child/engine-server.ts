import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { MeshError, toOpenAiError } from "../../../contract/errors/mesh-error.ts";
import type { ChatRequest } from "../../../contract/openai/chat.ts";
import { type ChatCompletion, startChatCompletion } from "./chat-completion.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { parseChatRequest } from "./parse-chat-request.ts";

/** Totals since the model was loaded. */
export interface EngineCounters {
  openRequests: number;
  generatedTokens: number;
  promptTokens: number;
}

/**
 * Serves one loaded model in OpenAI's dialect. It listens on a socket that only the sidecar can reach, so there is no
 * authentication here; the gateway has limited the body before it came this far.
 */
export class EngineServer {
  readonly counters: EngineCounters = { openRequests: 0, generatedTokens: 0, promptTokens: 0 };
  readonly #loaded: LoadedModel;
  readonly #server: Server;

  constructor(loaded: LoadedModel) {
    this.#loaded = loaded;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    // The sidecar keeps its connections; who closes first is decided there.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  async listen(socketPath: string): Promise<void> {
    this.#server.listen(socketPath);
    await once(this.#server, "listening");
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const abort = new AbortController();
    response.once("close", () => abort.abort(new MeshError("cancelled", {})));
    this.counters.openRequests++;
    try {
      if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
        throw new MeshError("not_found", { method: request.method ?? "", path: request.url ?? "" });
      }
      const chat = parseChatRequest(await readBody(request));
      const completion = await startChatCompletion(this.#loaded, chat, abort.signal);
      if (chat.stream === true) await this.#stream(response, chat, completion);
      else await this.#answer(response, completion);
    } catch (error) {
      fail(response, error);
    } finally {
      this.counters.openRequests--;
    }
  }

  async #answer(response: ServerResponse, completion: ChatCompletion): Promise<void> {
    let text = "";
    let step = await completion.pieces.next();
    for (; step.done !== true; step = await completion.pieces.next()) text += step.value;
    const { finishReason, usage } = this.#count(step.value);
    const body = {
      ...this.#header(completion, "chat.completion"),
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: finishReason }],
      usage,
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  async #stream(response: ServerResponse, chat: ChatRequest, completion: ChatCompletion): Promise<void> {
    const header = JSON.stringify(this.#header(completion, "chat.completion.chunk")).slice(0, -1);
    const event = (rest: object): string => `data: ${header},${JSON.stringify(rest).slice(1)}\n\n`;
    const delta = (content: object, finish: string | null): string =>
      event({ choices: [{ index: 0, delta: content, finish_reason: finish }] });

    // The head waits for the first token: until then the router can still turn to another place.
    let step = await completion.pieces.next();
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write(delta({ role: "assistant", content: "" }, null));
    for (; step.done !== true; step = await completion.pieces.next()) {
      if (!response.write(delta({ content: step.value }, null))) await drained(response);
    }
    const { finishReason, usage } = this.#count(step.value);
    response.write(delta({}, finishReason));
    if (chat.stream_options?.include_usage === true) response.write(event({ choices: [], usage }));
    response.end("data: [DONE]\n\n");
  }

  #header(completion: ChatCompletion, object: string): object {
    return { id: completion.id, object, created: Math.floor(Date.now() / 1000), model: this.#loaded.id };
  }

  #count<R extends { usage: { prompt_tokens: number; completion_tokens: number } }>(result: R): R {
    this.counters.promptTokens += result.usage.prompt_tokens;
    this.counters.generatedTokens += result.usage.completion_tokens;
    return result;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Resolves when the reader has caught up, or has gone. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    // Without this, each wait would leave a listener behind.
    settled.abort();
  }
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const known =
    error instanceof MeshError ? error : new MeshError("internal", { reference: "engine" }, { cause: error });
  if (known.code === "internal")
    process.stderr.write(`engine error: ${error instanceof Error ? error.name : "unknown"}\n`);
  const body = JSON.stringify(toOpenAiError(known));
  if (!response.headersSent) {
    response.writeHead(known.httpStatus, { "content-type": "application/json" }).end(body);
    return;
  }
  // An answer that breaks off must not look complete: an error event, then no clean end.
  response.write(`data: ${body}\n\n`, () => response.destroy());
}
