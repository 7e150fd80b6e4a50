import OpenAI from "openai";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { eventually, TestNode } from "../support/test-node.ts";

let node: TestNode;
let client: OpenAI;

beforeAll(async () => {
  const configuration = "node: { lingerSeconds: 1 }\ngateway: { port: 0 }\nqueue: { maxWaiting: 1 }\n";
  node = await TestNode.create({ configuration, models: [inject("models").slow] });
  await node.attach();
  const { gateway } = await node.status();
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: node.key, maxRetries: 0 });
});
afterAll(() => node.dispose());

const messages = [{ role: "user" as const, content: "Tell me a story" }];

it("OpenAI's own client lists models and gets an answer", async () => {
  const models = await client.models.list();
  expect(models.data.map((model) => model.id)).toContain("slow");
  const answer = await client.chat.completions.create({ model: "slow", temperature: 0, messages, max_tokens: 4 });
  expect(answer.usage?.completion_tokens).toBe(4);
});

it("OpenAI's own client streams an answer with usage", async () => {
  const stream = await client.chat.completions.create({
    model: "slow",
    temperature: 0,
    messages,
    max_completion_tokens: 12,
    stream: true,
    stream_options: { include_usage: true },
  });
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of stream) usage = chunk.usage ?? usage;
  expect(usage?.completion_tokens).toBe(12);
});

it("OpenAI's own client gets its own error classes", async () => {
  await expect(client.chat.completions.create({ model: "none", messages })).rejects.toBeInstanceOf(
    OpenAI.NotFoundError,
  );
  await expect(client.chat.completions.create({ model: "slow", temperature: 0, messages: [] })).rejects.toBeInstanceOf(
    OpenAI.BadRequestError,
  );
  const stranger = new OpenAI({ baseURL: client.baseURL, apiKey: "wrong", maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
});

it("waits for a place, and says when to come back once the queue is full as well", async () => {
  const ask = () => client.chat.completions.create({ model: "slow", temperature: 0, messages, max_tokens: 2 });
  const streams = await Promise.all(
    Array.from({ length: 4 }, () =>
      client.chat.completions.create({ model: "slow", temperature: 0, messages, stream: true, max_tokens: 3000 }),
    ),
  );
  const waiting = ask();
  expect(await eventually(async () => (await node.status()).openRequests === 5)).toBe(true);
  const refused = await ask().catch((error) => error);
  expect(refused).toBeInstanceOf(OpenAI.APIError);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.code).toBe("queue_full");
  for (const stream of streams) stream.controller.abort();
  expect((await waiting).usage?.completion_tokens).toBe(2);
});

it("a client that leaves stops the model, while streaming and before the first token", async () => {
  const stream = await client.chat.completions.create({ model: "slow", temperature: 0, messages, stream: true });
  for await (const _chunk of stream) break;
  stream.controller.abort();
  expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);

  const abort = new AbortController();
  const waiting = client.chat.completions.create({ model: "slow", temperature: 0, messages }, { signal: abort.signal });
  expect(await eventually(async () => (await node.status()).openRequests === 1)).toBe(true);
  abort.abort();
  await expect(waiting).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
  expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);
});
