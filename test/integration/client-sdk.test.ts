import OpenAI from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import * as z from "zod";
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

const place = z.object({ city: z.string().max(10), country: z.enum(["DE", "FR"]) });

it("OpenAI's own client parses an answer that was held to a schema", async () => {
  const answer = await client.chat.completions.parse({
    model: "slow",
    messages,
    seed: 1,
    max_completion_tokens: 200,
    response_format: zodResponseFormat(place, "place"),
  });
  expect(place.safeParse(answer.choices[0]?.message.parsed).success).toBe(true);
});

it("OpenAI's own client runs a function that the model calls, whole and streamed", async () => {
  const tool = zodFunction({ name: "locate", parameters: place });
  const request = {
    model: "slow",
    messages,
    seed: 1,
    max_completion_tokens: 200,
    tools: [tool],
    tool_choice: "required" as const,
    parallel_tool_calls: false,
  };
  const answer = await client.chat.completions.parse(request);
  const functionOf = ({ choices }: OpenAI.ChatCompletion) => {
    const call = choices[0]?.message.tool_calls?.[0];
    return call?.type === "function" ? call.function : undefined;
  };
  const called = functionOf(answer);
  expect(called?.name).toBe("locate");
  expect(place.safeParse(JSON.parse(called?.arguments ?? "")).success).toBe(true);
  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  expect(functionOf(streamed)).toMatchObject({ name: "locate", arguments: called?.arguments });
});

it("OpenAI's own client reads log-probabilities, embeddings and text completions", async () => {
  const answer = await client.chat.completions.create({
    model: "slow",
    messages,
    max_tokens: 3,
    logprobs: true,
    top_logprobs: 2,
  });
  expect(answer.choices[0]?.logprobs?.content).toHaveLength(3);
  expect(answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(2);
  // The client asks for base64 unless told otherwise, and decodes it.
  const { data } = await client.embeddings.create({ model: "slow", input: ["hello", "world"] });
  expect(data.map(({ embedding }) => embedding.length)).toEqual([512, 512]);
  const text = await client.completions.create({ model: "slow", prompt: "Once", max_tokens: 4 });
  expect(text.usage?.completion_tokens).toBe(4);
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
