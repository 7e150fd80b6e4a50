import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the stand-in got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The same as it came. */
  readonly bytes: Buffer;
}

export type Reply = (response: ServerResponse, received: Received) => void;

/** A server that answers each path as a test tells it to, and 404 to all others. For what real servers do not do on request. */
export class StandInServer {
  readonly received: Received[] = [];
  /** By method and path. */
  readonly replies = new Map<string, Reply>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(replies: Readonly<Record<string, Reply>> = {}): Promise<StandInServer> {
    const server = new StandInServer();
    for (const [path, reply] of Object.entries(replies)) server.replies.set(path, reply);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What was last asked with a body: looks at its health may come at any time, and have none. "" before that. */
  get lastBody(): string {
    return this.received.findLast(({ body }) => body !== "")?.body ?? "";
  }

  async dispose(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = Buffer.concat(await request.toArray());
    const { method = "", url = "", headers } = request;
    const received = { method, path: url, headers, body: bytes.toString("utf8"), bytes };
    this.received.push(received);
    const reply = this.replies.get(`${method} ${url}`) ?? status(404);
    reply(response, received);
  }
}

/** Answers with this status, body and headers. */
export function status(code: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(text);
  };
}

/** Answers with a list of these models. */
export const listOf = (...models: readonly object[]): Reply => status(200, { object: "list", data: models });

/** Answers a streamed chat in some pieces. */
export const streamed: Reply = (response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
  response.end("data: [DONE]\n\n");
};
