import { AIMessageChunk, HumanMessage, ToolMessage, type UsageMetadata } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ClientScene, png } from "../support/client-scene.ts";

let scene: ClientScene;
const at = (apiKey: string) => ({ apiKey, maxRetries: 0, configuration: { baseURL: `${scene.url}/v1` } });
const chatWith = (model: string, fields: object = {}, apiKey = scene.node.key) =>
  new ChatOpenAI({ model, temperature: 0, ...at(apiKey), ...fields });

beforeAll(async () => {
  scene = await ClientScene.start();
});
afterAll(() => scene.dispose());

/** How many tokens an answer says that it has. Its own type loses the field for messages of any structure. */
const writtenIn = (answer: AIMessageChunk | undefined): number | undefined =>
  (answer?.usage_metadata as UsageMetadata | undefined)?.output_tokens;

const question = "Tell me a story";
const place = z.strictObject({ city: z.string().max(10), country: z.enum(["DE", "FR"]) });
const locate = tool(() => "found", { name: "locate", description: "Finds a place.", schema: place });

describe("LangChain with its classes for OpenAI", () => {
  it("gets an answer with its counts", async () => {
    const answer = await chatWith("tiny", { maxTokens: 4 }).invoke(question);
    expect(answer.text).not.toBe("");
    expect(writtenIn(answer)).toBe(4);
    expect(answer.response_metadata.finish_reason).toBe("length");
  });

  it("streams the same text with usage", async () => {
    const model = chatWith("tiny", { maxTokens: 24 });
    const whole = await model.invoke(question);
    let streamed: AIMessageChunk | undefined;
    let pieces = 0;
    for await (const piece of await model.stream(question)) {
      streamed = streamed === undefined ? piece : streamed.concat(piece);
      pieces++;
    }
    expect(pieces).toBeGreaterThan(2);
    expect(streamed?.text).toBe(whole.text);
    expect(writtenIn(streamed)).toBe(24);
  });

  it("gets the call of a tool, and goes on with its result", async () => {
    const model = chatWith("tiny", { maxTokens: 300 });
    const asking = model.bindTools([locate], { tool_choice: "required", parallel_tool_calls: false });
    const called = await asking.invoke(question);
    const [call, ...others] = called.tool_calls ?? [];
    expect(others).toEqual([]);
    expect(call?.name).toBe("locate");
    expect(place.safeParse(call?.args).success).toBe(true);
    const result = new ToolMessage({ content: "found", tool_call_id: call?.id ?? "" });
    const next = await chatWith("tiny", { maxTokens: 4 })
      .bindTools([locate], { tool_choice: "none" })
      .invoke([new HumanMessage(question), called, result]);
    expect(writtenIn(next)).toBe(4);
  });

  it.each(["jsonSchema", "functionCalling"] as const)("gets an object held to its schema by %s", async (method) => {
    const model = chatWith("tiny", { maxTokens: 300 });
    const found = await model.withStructuredOutput(place, { name: "place", method }).invoke(question);
    expect(place.safeParse(found).success).toBe(true);
  });

  it("reads vectors in base64, as it asks for them by default, the same as in numbers", async () => {
    const vectorsOf = (fields: object) =>
      new OpenAIEmbeddings({ model: "tiny", ...at(scene.node.key), ...fields }).embedDocuments(["one", "two"]);
    const packed = await vectorsOf({});
    const plain = await vectorsOf({ encodingFormat: "float" });
    expect(packed.map((vector) => vector.map(Math.fround))).toEqual(plain.map((vector) => vector.map(Math.fround)));
    expect(new Set(packed.map((vector) => vector.join())).size).toBe(2);
  });

  it("tells a bad request, a wrong key, an unknown model and a used-up limit apart", async () => {
    const errorOf = (model: ChatOpenAI) => model.invoke(question).catch((reason: unknown) => reason);
    expect(await errorOf(chatWith("tiny", { topP: 7 }))).toMatchObject({
      status: 400,
      message: expect.stringContaining("top_p"),
    });
    expect(await errorOf(chatWith("tiny", {}, "wrong"))).toMatchObject({ status: 401 });
    expect(await errorOf(chatWith("none"))).toMatchObject({ status: 404 });
    const once = chatWith("tiny", { maxTokens: 1 }, await scene.keyForOneRequest());
    await once.invoke(question);
    expect(await errorOf(once)).toMatchObject({ status: 429, code: "key_rate_limited" });
  });

  it("stops the model when it leaves", async () => {
    const abort = new AbortController();
    const stream = await chatWith("slow").stream(question, { signal: abort.signal });
    const reading = (async () => {
      for await (const _piece of stream) abort.abort();
    })();
    await expect(reading).rejects.toThrow();
    expect(await scene.isIdle()).toBe(true);
  });

  it("speaks the Responses API as well", async () => {
    const answer = await chatWith("tiny", { maxTokens: 16, useResponsesApi: true }).invoke(question);
    expect(answer.text).not.toBe("");
    expect(writtenIn(answer)).toBe(16);
  });
});

describe("LangChain before a stand-in server", () => {
  it("sends an image", async () => {
    scene.answerWhole();
    const url = `data:image/png;base64,${png}`;
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url } },
    ];
    const answer = await chatWith("far").invoke([new HumanMessage({ content })]);
    expect(answer.text).toBe("A dot.");
    expect(scene.sent.messages[0].content[1]).toMatchObject({ type: "image_url", image_url: { url } });
  });

  it("reads streamed parallel calls", async () => {
    scene.streamParallelCalls();
    const look = tool(() => "", { name: "look", schema: z.object({ at: z.string() }) });
    let answer = new AIMessageChunk("");
    for await (const piece of await chatWith("far").bindTools([look]).stream(question)) answer = answer.concat(piece);
    expect(answer.text).toBe("Both.");
    expect(answer.tool_calls).toMatchObject([
      { id: "a", name: "look", args: { at: "north" } },
      { id: "b", name: "look", args: { at: "south" } },
    ]);
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 9, output_tokens: 7 });
  });
});
