import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventStream, GeminiStandIn, model, streamPath, wholePath } from "../support/gemini-stand-in.ts";
import { startRoutedNode } from "../support/routed-node.ts";
import { status } from "../support/stand-in-server.ts";
import type { TestNode } from "../support/test-node.ts";

// Real clients, a real node, and a stand-in of the Gemini API.
let gemini: GeminiStandIn;
let node: TestNode;
let url: string;

beforeAll(async () => {
  gemini = await GeminiStandIn.start();
  node = await startRoutedNode({ backends: [{ id: "gemini", kind: "gemini", url: gemini.server.url }] }, [model]);
  ({ url } = (await node.status()).gateway);
});
afterAll(async () => {
  await node.dispose();
  await gemini.dispose();
});

const signature = "c2lnbmVkIHRob3VnaHRz";
const schema = { type: "object" as const, properties: { at: { type: "string" } } };
const calling = {
  candidates: [
    {
      content: { parts: [{ functionCall: { name: "look", args: { at: "sky" } }, thoughtSignature: signature }] },
      finishReason: "STOP",
    },
  ],
};
const callNext = () => {
  gemini.server.replies.set(wholePath, status(200, calling));
  gemini.server.replies.set(streamPath, eventStream(calling));
};
const answerNext = () => {
  const candidates = [{ content: { parts: [{ text: "Blue." }] }, finishReason: "STOP" }];
  gemini.server.replies.set(wholePath, status(200, { candidates }));
  gemini.server.replies.set(streamPath, eventStream({ candidates }));
};
/** The conversation as the stand-in got it last. */
const lastContents = () => JSON.parse(gemini.server.lastBody).contents;
const withResult = [
  { role: "user", parts: [{ text: "look" }] },
  {
    role: "model",
    parts: [
      {
        functionCall: { id: expect.any(String), name: "look", args: { at: "sky" } },
        thoughtSignature: signature,
      },
    ],
  },
  {
    role: "user",
    parts: [{ functionResponse: { id: expect.any(String), name: "look", response: { output: "blue" } } }],
  },
];

it("OpenAI's client streams a call of the stand-in's and returns its result with the signature", async () => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: node.key, maxRetries: 0 });
  const tools = [{ type: "function" as const, function: { name: "look", parameters: schema } }];
  const asked = [{ role: "user" as const, content: "look" }];
  callNext();
  const stream = client.chat.completions.stream({ model, messages: asked, tools });
  const { choices } = await stream.finalChatCompletion();
  const [call] = choices[0]?.message.tool_calls ?? [];
  answerNext();
  const calls = [
    { id: call?.id ?? "", type: "function" as const, function: { name: "look", arguments: '{"at":"sky"}' } },
  ];
  const messages = [
    ...asked,
    { role: "assistant" as const, tool_calls: calls },
    { role: "tool" as const, tool_call_id: call?.id ?? "", content: "blue" },
  ];
  const answer = await client.chat.completions.create({ model, messages, tools });
  expect(answer.choices[0]?.message.content).toBe("Blue.");
  expect(lastContents()).toEqual(withResult);
});

it("Anthropic's client does so too, whose dialect has no place for Google's signature", async () => {
  const client = new Anthropic({ baseURL: url, apiKey: node.key, maxRetries: 0 });
  const tools = [{ name: "look", input_schema: schema }];
  const asked = { model, max_tokens: 20, tools };
  callNext();
  const { content } = await client.messages.create({ ...asked, messages: [{ role: "user", content: "look" }] });
  const call = content.find((block) => block.type === "tool_use");
  answerNext();
  const result = { type: "tool_result" as const, tool_use_id: call?.id ?? "", content: "blue" };
  const answer = await client.messages.create({
    ...asked,
    messages: [
      { role: "user", content: "look" },
      { role: "assistant", content },
      { role: "user", content: [result] },
    ],
  });
  expect(answer.content).toMatchObject([{ type: "text", text: "Blue." }]);
  expect(lastContents()).toEqual(withResult);
});

it("Ollama's client does so too, and is told by name what Gemini has no words for", async () => {
  const client = new Ollama({ host: url, headers: { authorization: `Bearer ${node.key}` } });
  const tools = [{ type: "function", function: { name: "look", description: "looks", parameters: schema } }];
  const asked = [{ role: "user", content: "look" }];
  callNext();
  const { message } = await client.chat({ model, messages: asked, tools });
  answerNext();
  const messages = [...asked, message, { role: "tool", content: "blue", tool_name: "look" }];
  const answer = await client.chat({ model, messages, tools });
  expect(answer.message.content).toBe("Blue.");
  expect(lastContents()).toEqual(withResult);
  await expect(client.chat({ model, messages: asked, options: { repeat_penalty: 1.5 } })).rejects.toThrow(
    "repeat_penalty",
  );
});

it("what Gemini's API lacks is no call to it", async () => {
  const before = gemini.server.received.length;
  const body = JSON.stringify({ model, query: "q", documents: ["d"] });
  const headers = { authorization: `Bearer ${node.key}`, "content-type": "application/json" };
  const response = await fetch(`${url}/v1/rerank`, { method: "POST", headers, body });
  expect({ status: response.status, body: await response.json() }).toMatchObject({
    status: 400,
    body: { error: { code: "not_supported_by_model" } },
  });
  expect(gemini.server.received.length).toBe(before);
});
