import { EventEmitter, once } from "node:events";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRoutedNode } from "../support/routed-node.ts";
import { listOf, StandInServer } from "../support/stand-in-server.ts";
import type { TestNode } from "../support/test-node.ts";

let server: StandInServer;
let node: TestNode;
let client: OpenAI;

const chat = "POST /v1/chat/completions";
const request = { model: "far", input: "hi" };

beforeAll(async () => {
  server = await StandInServer.start({ "GET /v1/models": listOf({ id: "far" }) });
  node = await startRoutedNode({ backends: [{ id: "server", url: server.url }] }, ["far"]);
  const { url } = (await node.status()).gateway;
  client = new OpenAI({ baseURL: `${url}/v1`, apiKey: node.key, maxRetries: 0 });
});
afterAll(async () => {
  await node.dispose();
  await server.dispose();
});

const delta = (fields: object, finish_reason: string | null = null) => ({
  choices: [{ delta: fields, finish_reason }],
});

describe("the Responses API before a server (stand-in)", () => {
  it("sends it images and tools, and reads thoughts and mixed parallel calls from its stream", async () => {
    const call = (index: number, id: string, text: string) => ({
      index,
      id,
      function: { name: "look", arguments: text },
    });
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 7,
      total_tokens: 16,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 2 },
    };
    const events = [
      delta({ role: "assistant", reasoning_content: "hm" }),
      delta({ content: "Both." }),
      delta({ tool_calls: [call(0, "a", '{"at"'), call(1, "b", '{"at"')] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      delta({ tool_calls: [{ index: 1, function: { arguments: ":2}" } }] }),
      delta({}, "tool_calls"),
      { choices: [], usage },
    ];
    server.replies.set(chat, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
      response.end("data: [DONE]\n\n");
    });
    // As agents ask: whatever they keep is sent again, encrypted thoughts are asked for, and nothing is to be stored.
    const stream = client.responses.stream({
      model: "far",
      instructions: "You see.",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "What?" },
            { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" },
          ],
        },
      ],
      tools: [{ type: "function", name: "look", parameters: { type: "object" }, strict: false }],
      tool_choice: "auto",
      parallel_tool_calls: true,
      reasoning: { effort: "low", summary: "auto" },
      include: ["reasoning.encrypted_content"],
      prompt_cache_key: "c",
      store: false,
    });
    const response = await stream.finalResponse();
    expect(response).toMatchObject({
      status: "completed",
      store: false,
      output: [
        { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "hm" }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "Both." }] },
        { type: "function_call", call_id: "a", name: "look", arguments: '{"at":1}' },
        { type: "function_call", call_id: "b", name: "look", arguments: '{"at":2}' },
      ],
      usage: {
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 2 },
      },
    });
    const sent = server.received.findLast(({ path }) => path === "/v1/chat/completions");
    expect(JSON.parse(sent?.body ?? "")).toMatchObject({
      messages: [
        { role: "system", content: "You see." },
        {
          content: [
            { type: "text", text: "What?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
          ],
        },
      ],
      tools: [{ type: "function", function: { name: "look", strict: false } }],
      reasoning_effort: "low",
    });
  });

  it("never lets half an answer look whole: an error event with the next number, and no completed response", async () => {
    const reader = new EventEmitter();
    server.replies.set(chat, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify(delta({ content: "half" }))}\n\n`);
      void once(reader, "text").then(() => response.destroy());
    });
    const types: string[] = [];
    const stream = await client.responses.create({ ...request, stream: true });
    const reading = (async () => {
      for await (const event of stream) {
        types.push(event.type);
        if (event.type === "response.output_text.delta") reader.emit("text");
      }
    })();
    const error = await reading.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({
      code: "upstream_disconnected",
      error: { type: "error", sequence_number: types.length },
    });
    expect(types.at(-1)).toBe("response.output_text.delta");
  });

  it("passes on what the server says about the request", async () => {
    server.replies.set(chat, (response) => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":{"message":"top_p is too large"}}');
    });
    const error = await client.responses.create(request).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(String(error)).toContain("top_p is too large");
  });
});
