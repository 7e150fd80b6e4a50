import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Received } from "../stand-in-server.ts";
import { objectionTo } from "./check-request.ts";
import {
  blockDelta,
  blockStart,
  blockStop,
  errorBody,
  messageDelta,
  messageStart,
  messageStop,
  modelEntry,
  printEvent,
} from "./wire.ts";

type Reply = (response: ServerResponse, received: Received) => void | Promise<void>;

export interface StandInAnthropicOptions {
  readonly key?: string;
  readonly models?: readonly object[];
  /** The most that one page of the list has, whatever was asked for. */
  readonly pageSize?: number;
}

/**
 * Stands in for Anthropic's API: keys, version header, pages of models, the rules for requests, whole answers and streams
 * of as many words as the limit allows. Written from the public reference; see `wire.ts`. What a test wants otherwise it
 * puts into `reply`.
 */
export class StandInAnthropic {
  static readonly key = "sk-ant-stand-in";
  readonly received: Received[] = [];
  /** Instead of an answer of its own. */
  reply: Reply | undefined;
  /** Answers that it is working on. */
  open = 0;
  readonly #options: StandInAnthropicOptions;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(options: StandInAnthropicOptions) {
    this.#options = options;
  }

  static async start(options: StandInAnthropicOptions = {}): Promise<StandInAnthropic> {
    const server = new StandInAnthropic(options);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The last request for an answer. */
  get asked(): Received | undefined {
    return this.received.findLast(({ method }) => method === "POST");
  }

  async dispose(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = Buffer.concat(await request.toArray());
    const body = bytes.toString("utf8");
    const { method = "", url = "", headers } = request;
    const received = { method, path: url, headers, body, bytes };
    this.received.push(received);
    const { key = StandInAnthropic.key } = this.#options;
    const { pathname, searchParams } = new URL(url, this.url);
    if (headers["x-api-key"] !== key) return refuse(response, 401, "authentication_error", "invalid x-api-key");
    if (headers["anthropic-version"] === undefined) {
      return refuse(response, 400, "invalid_request_error", "anthropic-version: header is required");
    }
    if (method === "GET" && pathname === "/v1/models") return this.#list(response, searchParams);
    if (method === "POST" && pathname === "/v1/messages/count_tokens")
      return sendJson(response, 200, { input_tokens: 77 });
    if (method !== "POST" || pathname !== "/v1/messages") return refuse(response, 404, "not_found_error", "Not found");
    this.open++;
    response.once("close", () => this.open--);
    if (this.reply !== undefined) return await this.reply(response, received);
    await this.#message(response, JSON.parse(body));
  }

  #list(response: ServerResponse, query: URLSearchParams): void {
    const models = (this.#options.models ?? [modelEntry("claude-stand-in")]) as readonly { readonly id: string }[];
    const size = Math.min(Number(query.get("limit") ?? 20), this.#options.pageSize ?? 1000);
    const after = query.get("after_id");
    const from = after === null ? 0 : models.findIndex(({ id }) => id === after) + 1;
    const data = models.slice(from, from + size);
    const page = { data, has_more: from + size < models.length, first_id: data[0]?.id, last_id: data.at(-1)?.id };
    sendJson(response, 200, page);
  }

  async #message(response: ServerResponse, request: { model: string; max_tokens: number; stream?: boolean }) {
    const objection = objectionTo(request);
    if (objection !== null) return refuse(response, 400, "invalid_request_error", objection);
    const { model, max_tokens: count, stream } = request;
    const usage = { input_tokens: 9, output_tokens: 1 };
    const words = Array.from({ length: count }, (_, index) => ` word${index}`);
    if (stream !== true) {
      // As slow as its stream, so that it can be left in the middle.
      for (let at = 0; at < count && !response.destroyed; at += 8) await delay(1);
      const content = [{ type: "text", text: words.join("") }];
      const head = { id: "msg_01StandIn", type: "message", role: "assistant", model };
      const end = { stop_reason: "max_tokens", stop_sequence: null, usage: { ...usage, output_tokens: count } };
      return sendJson(response, 200, { ...head, content, ...end });
    }
    startStream(response);
    response.write(printEvent(messageStart(model, usage)) + printEvent(blockStart(0, { type: "text", text: "" })));
    for (const text of words) {
      if (response.destroyed) return;
      const isTaken = response.write(printEvent(blockDelta(0, { type: "text_delta", text })));
      if (isTaken) await delay(1);
      else await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    const end = [blockStop(0), messageDelta("max_tokens", { output_tokens: count }), messageStop];
    response.end(end.map(printEvent).join(""));
  }
}

export function startStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Answers with an error as the API does. */
export function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(response, status, errorBody(type, message));
}
