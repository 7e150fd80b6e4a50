import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import * as z from "zod";
import { eventually, TestNode } from "../support/test-node.ts";

let node: TestNode;
let url: string;
let client: OpenAI;

beforeAll(async () => {
  const { tiny, slow } = inject("models");
  node = await TestNode.create({ models: [tiny, slow] });
  await node.attach();
  url = `${(await node.status()).gateway.url}/v1`;
  client = new OpenAI({ baseURL: url, apiKey: node.key, maxRetries: 0 });
});
afterAll(() => node.dispose());

const input = "Tell me a story";
const place = z.strictObject({ city: z.string().max(10), country: z.enum(["DE", "FR"]) });
const { $schema: _, ...placeSchema } = z.toJSONSchema(place);
const locate = {
  type: "function" as const,
  name: "locate",
  description: "Finds a place.",
  parameters: placeSchema,
  strict: true,
};

describe("OpenAI's own client of the Responses API", () => {
  it("gets a whole response with its counts, which is not stored", async () => {
    const request = { model: "tiny", max_output_tokens: 4, input, metadata: { run: "1" } };
    const response = await client.responses.create(request);
    expect(response).toMatchObject({
      object: "response",
      model: "tiny",
      store: false,
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      metadata: { run: "1" },
      usage: { output_tokens: 4, output_tokens_details: { reasoning_tokens: 0 } },
    });
    expect(response.output_text).not.toBe("");
    const again = await client.responses.create(request);
    expect(again.usage?.input_tokens).toBe(response.usage?.input_tokens);
    expect(again.usage?.input_tokens_details.cached_tokens).toBeGreaterThan(0);
  });

  it("streams the same text as it gets whole, its events numbered from 0", async () => {
    const request = { model: "tiny", max_output_tokens: 24, input, temperature: 0 };
    const whole = await client.responses.create(request);
    const stream = client.responses.stream(request);
    const types: string[] = [];
    const numbers: number[] = [];
    let text = "";
    for await (const event of stream) {
      types.push(event.type);
      numbers.push(event.sequence_number);
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    expect(numbers).toEqual(numbers.map((_number, index) => index));
    expect(types.filter((type) => type !== "response.output_text.delta")).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.incomplete",
    ]);
    expect(text).toBe(whole.output_text);
    const { output_text, usage } = await stream.finalResponse();
    expect(output_text).toBe(text);
    expect(usage?.output_tokens).toBe(24);
  });

  it("gets the call of a function that it demands, and goes on after its result", async () => {
    const request = {
      model: "tiny",
      max_output_tokens: 300,
      temperature: 0,
      tools: [locate],
      parallel_tool_calls: false,
    };
    const demand = { ...request, input, tool_choice: { type: "function" as const, name: "locate" } };
    const whole = await client.responses.create(demand);
    const streamed = await client.responses.stream(demand).finalResponse();
    for (const { output, status } of [whole, streamed]) {
      expect(status).toBe("completed");
      const [call] = output;
      expect(call).toMatchObject({ type: "function_call", name: "locate", status: "completed" });
      const text = call?.type === "function_call" ? call.arguments : "";
      expect(place.safeParse(JSON.parse(text)).success).toBe(true);
    }
    const results = whole.output.flatMap((item) =>
      item.type === "function_call"
        ? [{ type: "function_call_output" as const, call_id: item.call_id, output: "found" }]
        : [],
    );
    const next = await client.responses.create({
      ...request,
      max_output_tokens: 4,
      tool_choice: "none",
      input: [{ role: "user", content: input }, ...(whole.output as OpenAI.Responses.ResponseInputItem[]), ...results],
    });
    expect(next.usage?.output_tokens).toBe(4);
  });

  it("gets an answer that is held to a schema", async () => {
    const { output_parsed } = await client.responses.parse({
      model: "tiny",
      max_output_tokens: 300,
      input: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: [{ type: "input_text", text: input }] },
      ],
      instructions: "Say where.",
      text: { format: zodTextFormat(place, "place") },
    });
    expect(place.safeParse(output_parsed).success).toBe(true);
  });

  it("gets its own error classes", async () => {
    const ask = (fields: object, other = client) =>
      other.responses
        .create({ model: "tiny", max_output_tokens: 4, input, ...fields })
        .catch((error: unknown) => error);
    expect(await ask({ model: "none" })).toBeInstanceOf(OpenAI.NotFoundError);
    const refused: [object, string][] = [
      [{ previous_response_id: "resp_1" }, "previous_response_id"],
      [{ store: true }, "store"],
      [{ background: true }, "background"],
      [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
      [{ input: [{ type: "item_reference", id: "x" }] }, "input[0].type"],
    ];
    for (const [fields, param] of refused) {
      const error = await ask(fields);
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ param });
    }
    expect(await ask({}, new OpenAI({ baseURL: url, apiKey: "wrong", maxRetries: 0 }))).toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    const made = await node.cli("keys", "create", "one-a-minute", "--rpm", "1");
    const key = made.stdout.trim();
    const limited = new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0 });
    expect(await ask({}, limited)).toMatchObject({ object: "response" });
    expect(await ask({}, limited)).toBeInstanceOf(OpenAI.RateLimitError);
  });

  it("that leaves stops the model", async () => {
    const stream = client.responses.stream({ model: "slow", max_output_tokens: 3000, input, temperature: 0 });
    for await (const event of stream) if (event.type === "response.output_text.delta") break;
    stream.abort();
    expect(await eventually(async () => (await node.status()).openRequests === 0)).toBe(true);
  });
});
