import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, embedMany, generateObject, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ClientScene, png } from "../support/client-scene.ts";

let scene: ClientScene;
const providerOf = (apiKey: string) =>
  createOpenAICompatible({
    name: "mesh",
    baseURL: `${scene.url}/v1`,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const model = (name: string) => providerOf(scene.node.key).chatModel(name);

beforeAll(async () => {
  scene = await ClientScene.start();
});
afterAll(() => scene.dispose());

const prompt = "Tell me a story";
const place = z.strictObject({ city: z.string().max(10), country: z.enum(["DE", "FR"]) });
const options = { prompt, temperature: 0, maxRetries: 0 };

describe("the AI SDK with its provider for OpenAI-compatible servers", () => {
  it("gets an answer with its counts", async () => {
    const { text, usage, finishReason } = await generateText({ ...options, model: model("tiny"), maxOutputTokens: 4 });
    expect(text).not.toBe("");
    expect(usage.outputTokens).toBe(4);
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(finishReason).toBe("length");
  });

  it("streams the same text with usage", async () => {
    const request = { ...options, model: model("tiny"), maxOutputTokens: 24 };
    const whole = await generateText(request);
    const streamed = streamText(request);
    const pieces: string[] = [];
    for await (const piece of streamed.textStream) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(whole.text);
    expect((await streamed.usage).outputTokens).toBe(24);
  });

  it("runs the function that the model calls, and goes on with its result", async () => {
    const asked: unknown[] = [];
    const locate = tool({
      inputSchema: place,
      execute: (input) => {
        asked.push(input);
        return "found";
      },
    });
    const { steps } = await generateText({
      ...options,
      model: model("tiny"),
      maxOutputTokens: 300,
      tools: { locate },
      toolChoice: "required",
      prepareStep: ({ stepNumber }) => (stepNumber === 0 ? {} : { toolChoice: "auto" }),
      stopWhen: stepCountIs(2),
    });
    expect(steps).toHaveLength(2);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((input) => place.safeParse(input).success)).toBe(true);
    expect(steps[1]?.usage.inputTokens).toBeGreaterThan(steps[0]?.usage.inputTokens ?? 0);
  });

  it("gets an object that was held to its schema, by its older call and its newer one", async () => {
    const request = { ...options, model: model("tiny"), maxOutputTokens: 300 };
    const { object } = await generateObject({ ...request, schema: place });
    expect(place.safeParse(object).success).toBe(true);
    const { output } = await generateText({ ...request, output: Output.object({ schema: place }) });
    expect(output).toEqual(object);
  });

  it("reads vectors, as numbers: it never asks for base64", async () => {
    const embeddings = await embedMany({
      model: providerOf(scene.node.key).embeddingModel("tiny"),
      values: ["one", "two"],
      maxRetries: 0,
    });
    expect(embeddings.embeddings).toHaveLength(2);
    expect(embeddings.embeddings.every((vector) => vector.every(Number.isFinite))).toBe(true);
  });

  it("tells a bad request, a wrong key, an unknown model and a used-up limit apart", async () => {
    const errorOf = async (name: string, apiKey: string, topP = 1) => {
      const asked = generateText({ model: providerOf(apiKey).chatModel(name), prompt, topP, maxRetries: 0 });
      const error = await asked.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(APICallError);
      return error as APICallError;
    };
    const { key } = scene.node;
    expect(await errorOf("tiny", key, 7)).toMatchObject({
      statusCode: 400,
      isRetryable: false,
      message: expect.stringContaining("top_p"),
    });
    expect(await errorOf("tiny", "wrong")).toMatchObject({ statusCode: 401, isRetryable: false });
    expect(await errorOf("none", key)).toMatchObject({ statusCode: 404, isRetryable: false });
    const once = await scene.keyForOneRequest();
    await generateText({ model: providerOf(once).chatModel("tiny"), prompt, maxOutputTokens: 1, maxRetries: 0 });
    const limited = await errorOf("tiny", once);
    expect(limited).toMatchObject({ statusCode: 429, isRetryable: true });
    expect(Number(limited.responseHeaders?.["retry-after"])).toBeGreaterThan(0);
  });

  it("stops the model when it leaves", async () => {
    const abort = new AbortController();
    const streamed = streamText({
      ...options,
      model: model("slow"),
      abortSignal: abort.signal,
      onError: () => undefined,
    });
    for await (const _piece of streamed.textStream) break;
    abort.abort();
    expect(await scene.isIdle()).toBe(true);
  });
});

describe("the AI SDK before a stand-in server", () => {
  it("sends an image", async () => {
    scene.answerWhole();
    const content = [
      { type: "text" as const, text: "What is this?" },
      { type: "file" as const, data: png, mediaType: "image/png" },
    ];
    const { text } = await generateText({
      model: model("far"),
      messages: [{ role: "user", content }],
      maxRetries: 0,
    });
    expect(text).toBe("A dot.");
    const [, part] = scene.sent.messages[0].content;
    expect(part).toMatchObject({ type: "image_url", image_url: { url: `data:image/png;base64,${png}` } });
  });

  it("reads thoughts and streamed parallel calls", async () => {
    scene.streamParallelCalls();
    const look = tool({ inputSchema: z.object({ at: z.string() }), execute: () => "seen" });
    const streamed = streamText({ model: model("far"), prompt, tools: { look }, maxRetries: 0 });
    await streamed.consumeStream();
    expect(await streamed.reasoningText).toBe("hm");
    expect(await streamed.text).toBe("Both.");
    expect(await streamed.toolCalls).toMatchObject([
      { toolCallId: "a", toolName: "look", input: { at: "north" } },
      { toolCallId: "b", toolName: "look", input: { at: "south" } },
    ]);
    expect(await streamed.usage).toMatchObject({ inputTokens: 9, outputTokens: 7 });
    expect(await streamed.finishReason).toBe("tool-calls");
  });
});
