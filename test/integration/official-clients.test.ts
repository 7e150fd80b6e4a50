import Anthropic from "@anthropic-ai/sdk";
import { Ollama, type ToolCall } from "ollama";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClientScene, png } from "../support/client-scene.ts";

// What each dialect's own client is told of a used-up limit, and what it gets of servers that can do more than our engine.
let scene: ClientScene;
const openAi = (apiKey = scene.node.key) => new OpenAI({ baseURL: `${scene.url}/v1`, apiKey, maxRetries: 0 });
const anthropic = (apiKey = scene.node.key) => new Anthropic({ baseURL: scene.url, apiKey, maxRetries: 0 });
const ollama = (key = scene.node.key) => new Ollama({ host: scene.url, headers: { authorization: `Bearer ${key}` } });

beforeAll(async () => {
  scene = await ClientScene.start();
});
afterAll(() => scene.dispose());

const messages = [{ role: "user" as const, content: "Tell me a story" }];
const parameters = { type: "object", properties: { at: { type: "string" } } };
const look = { type: "function" as const, function: { name: "look", parameters } };

describe("a client whose key has used up its minute", () => {
  it("gets OpenAI's error class for it, with the time to wait", async () => {
    const client = openAi(await scene.keyForOneRequest());
    const ask = () => client.chat.completions.create({ model: "tiny", messages, max_tokens: 1 });
    await ask();
    const error = await ask().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(Number((error as InstanceType<typeof OpenAI.RateLimitError>).headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("gets Anthropic's error class for it, with the time to wait", async () => {
    const client = anthropic(await scene.keyForOneRequest());
    const ask = () => client.messages.create({ model: "tiny", messages, max_tokens: 1 });
    await ask();
    const error = await ask().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Anthropic.RateLimitError);
    const { type, headers } = error as InstanceType<typeof Anthropic.RateLimitError>;
    expect(type).toBe("rate_limit_error");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("gets the status and the words in Ollama's client, which has no classes", async () => {
    const client = ollama(await scene.keyForOneRequest());
    const ask = () => client.chat({ model: "tiny", messages, options: { num_predict: 1 } });
    await ask();
    await expect(ask()).rejects.toMatchObject({ status_code: 429, error: expect.stringContaining("a minute") });
  });
});

describe("OpenAI's own client, of a stand-in server", () => {
  it("sends an image", async () => {
    scene.answerWhole();
    const image_url = { url: `data:image/png;base64,${png}` };
    const answer = await openAi().chat.completions.create({
      model: "far",
      messages: [{ role: "user", content: [{ type: "image_url", image_url }] }],
    });
    expect(answer.choices[0]?.message.content).toBe("A dot.");
    expect(scene.sent.messages[0].content).toEqual([{ type: "image_url", image_url }]);
  });

  it("puts streamed parallel calls together", async () => {
    scene.streamParallelCalls();
    const stream = openAi().chat.completions.stream({
      model: "far",
      messages,
      tools: [look],
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    expect(choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        content: "Both.",
        tool_calls: [
          { id: "a", function: { name: "look", arguments: '{"at":"north"}' } },
          { id: "b", function: { name: "look", arguments: '{"at":"south"}' } },
        ],
      },
    });
    expect(usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 7 });
  });
});

describe("Ollama's own client, of a stand-in server", () => {
  it("gets streamed parallel calls whole, with the thought and the counts", async () => {
    scene.streamParallelCalls();
    const calls: ToolCall[] = [];
    let thought = "";
    let counts = {};
    for await (const part of await ollama().chat({ model: "far", messages, tools: [look], stream: true })) {
      calls.push(...(part.message.tool_calls ?? []));
      thought += part.message.thinking ?? "";
      if (part.done) counts = { read: part.prompt_eval_count, written: part.eval_count };
    }
    expect(calls.map((each) => each.function.arguments)).toEqual([{ at: "north" }, { at: "south" }]);
    expect({ thought, counts }).toEqual({ thought: "hm", counts: { read: 9, written: 7 } });
  });
});
