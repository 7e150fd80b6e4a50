import { inject } from "vitest";
import { keysCreate } from "../../contract/rpc/keys.ts";
import { untilListed } from "./routed-node.ts";
import { listOf, StandInServer } from "./stand-in-server.ts";
import { eventually, TestNode } from "./test-node.ts";

const chatPath = "POST /v1/chat/completions";
const delta = (fields: object, finish_reason: string | null = null) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "far",
  choices: [{ index: 0, delta: fields, finish_reason }],
});
const callPiece = (index: number, id: string, text: string) => ({
  index,
  id,
  type: "function",
  function: { name: "look", arguments: text },
});

/** A thought, a text and two calls of `look`, whose arguments come in turn. */
const parallelCalls: readonly object[] = [
  delta({ role: "assistant", reasoning_content: "hm" }),
  delta({ content: "Both." }),
  delta({ tool_calls: [callPiece(0, "a", '{"at"'), callPiece(1, "b", '{"at"')] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: ':"north"}' } }] }),
  delta({ tool_calls: [{ index: 1, function: { arguments: ':"south"}' } }] }),
  delta({}, "tool_calls"),
  { ...delta({}), choices: [], usage: { prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 } },
];

/** What the real clients are tried at: a node with two random models, and with `far` of a stand-in for a server. */
export class ClientScene {
  readonly node: TestNode;
  readonly server: StandInServer;
  readonly url: string;
  #keys = 0;

  private constructor(node: TestNode, server: StandInServer, url: string) {
    this.node = node;
    this.server = server;
    this.url = url;
  }

  static async start(): Promise<ClientScene> {
    const server = await StandInServer.start({ "GET /v1/models": listOf({ id: "far" }) });
    const backend = `backends: [{ id: server, kind: openai-compatible, url: "${server.url}" }]\n`;
    const { tiny, slow } = inject("models");
    const configuration = `node: { lingerSeconds: 1 }\ngateway: { port: 0 }\n${backend}`;
    const node = await TestNode.create({ configuration, models: [tiny, slow] });
    await node.attach();
    await untilListed(node, ["tiny", "slow", "far"]);
    return new ClientScene(node, server, (await node.status()).gateway.url);
  }

  /** Has `far` think, speak and call twice at once, in a stream. */
  streamParallelCalls(): void {
    this.server.replies.set(chatPath, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of parallelCalls) response.write(`data: ${JSON.stringify(event)}\n\n`);
      response.end("data: [DONE]\n\n");
    });
  }

  /** Has `far` answer one word, whole. */
  answerWhole(content = "A dot."): void {
    this.server.replies.set(chatPath, (response) => {
      const message = { role: "assistant", content };
      const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
      const choices = [{ index: 0, message, finish_reason: "stop" }];
      const head = { id: "chatcmpl-1", object: "chat.completion", created: 1, model: "far" };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ ...head, choices, usage }));
    });
  }

  /** The last request that `far` has had. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape
  get sent(): any {
    return JSON.parse(this.server.received.findLast(({ method }) => method === "POST")?.body ?? "null");
  }

  /** A key for one request a minute. */
  async keyForOneRequest(): Promise<string> {
    const connection = await this.node.connect();
    const settings = { requestsPerMinute: 1 };
    const { key } = await connection.request(keysCreate, { name: `once-${++this.#keys}`, settings });
    return key;
  }

  async isIdle(): Promise<boolean> {
    return await eventually(async () => (await this.node.status()).openRequests === 0);
  }

  async dispose(): Promise<void> {
    await this.node.dispose();
    await this.server.dispose();
  }
}

/** A picture of one dot, in base64. */
export const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
