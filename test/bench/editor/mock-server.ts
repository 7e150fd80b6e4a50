import { setTimeout as delay } from "node:timers/promises";
import { listOf, type Reply, StandInServer } from "../../support/stand-in-server.ts";

/** The only model of the mock server. */
export const mockModel = "mock";
/** What makes it write for long; anything else gets a short answer. */
export const longQuestion = "Write a long answer.";

const longTokens = 20_000;
const shortTokens = 5;
const tokensPerSecond = 100;
/** Tokens of an answer that has code, lists and paragraphs, as models write them. */
const words =
  "A mesh **routes** each request to the `best` healthy place, and says why it did so. ".match(/\S+\s*/g) ?? [];

/** An OpenAI-compatible server that costs nothing: its first token leaves at once, and the rest at a steady speed. */
export async function startMockServer(): Promise<StandInServer> {
  const server = await StandInServer.start({ "GET /v1/models": listOf({ id: mockModel, object: "model" }) });
  server.replies.set("POST /v1/chat/completions", (response, { body }) => void answer(response, body));
  return server;
}

async function answer(response: Parameters<Reply>[0], body: string): Promise<void> {
  const { messages } = JSON.parse(body) as { messages: { content: string }[] };
  const count = messages.at(-1)?.content.endsWith(longQuestion) === true ? longTokens : shortTokens;
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (delta: object, finish: "stop" | null): void => {
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
  };
  const startedAt = performance.now();
  for (let sent = 0; sent < count && !response.destroyed; ) {
    // A timer that comes late is made up for, so that the speed is what it is called.
    const due = Math.min(count, 1 + Math.floor(((performance.now() - startedAt) / 1000) * tokensPerSecond));
    for (; sent < due; sent++) send({ content: tokenAt(sent) }, null);
    await delay(1000 / tokensPerSecond);
  }
  send({}, "stop");
  response.end("data: [DONE]\n\n");
}

function tokenAt(index: number): string {
  const end = index % 400 === 399 ? "\n\n```js\nconst answer = 42;\n```\n\n" : index % 80 === 79 ? "\n\n" : "";
  return `${words[index % words.length]}${end}`;
}
