import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { resolve } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import { EngineUnderTest, type EngineUnderTestOptions, question, readAnswer } from "../support/engine-under-test.ts";
import { eventually } from "../support/test-node.ts";

/** It answers with text of its own, so sure of each token that rounding cannot change one. */
const demo = resolve(import.meta.dirname, "../../dist/models/mesh-guide-demo.gguf");
const { tiny, slow } = inject("models");

let engine: EngineUnderTest | undefined;
afterEach(async () => {
  await engine?.dispose();
  engine = undefined;
});
async function start(options: EngineUnderTestOptions): Promise<EngineUnderTest> {
  engine = await EngineUnderTest.start(options);
  return engine;
}

describe("parallel answers", () => {
  it("are the same as one after the other", async () => {
    const { chat } = bound(await start({ model: demo, parallel: 8 }));
    const questions = ["Hello", "What is a mesh?", "Who are you?", "How do I add a model?"];
    const bodies = [...questions, ...questions.map((text) => `${text} Please explain.`)].map((text, seed) => ({
      messages: question(text),
      max_tokens: 120,
      seed,
    }));
    const together = await Promise.all(bodies.map(chat));
    const texts = together.map(({ json }) => json.choices[0].message.content);
    expect(new Set(texts).size).toBeGreaterThan(2);
    for (const [index, body] of bodies.entries()) {
      expect((await chat(body)).json.choices[0].message.content).toBe(texts[index]);
    }
  });

  it("of eight chats need hardly more steps than one has tokens", async () => {
    const running = await start({ model: slow, parallel: 8 });
    const spent = await running.statsOf(() =>
      Promise.all(
        Array.from({ length: 8 }, (_, index) => running.chat({ messages: question(`hello ${index}`), max_tokens: 80 })),
      ),
    );
    expect(spent.generatedTokens).toBe(8 * 80);
    // One by one it would be 640. Some more than 80, because the requests do not arrive at the same moment.
    expect(spent.decodeSteps).toBeLessThan(120);
  });
});

describe("a second turn", () => {
  const first = [...question("Tell me about files and streams of tokens.")];

  it("evaluates its new tokens only, and says so", async () => {
    const running = await start({ model: demo, parallel: 4 });
    const turn = await running.chat({ messages: first, max_tokens: 60 });
    const other = await running.chat({ messages: question("Something else, meanwhile"), max_tokens: 30 });
    expect(other.json.usage.prompt_tokens_details.cached_tokens).toBeLessThan(turn.json.usage.prompt_tokens);
    const messages = [...first, turn.json.choices[0].message, ...question("And then?")];
    let usage = { prompt_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } };
    const spent = await running.statsOf(async () => {
      usage = (await running.chat({ messages, max_tokens: 5 })).json.usage;
    });
    const cached = usage.prompt_tokens_details.cached_tokens;
    expect(cached).toBeGreaterThanOrEqual(turn.json.usage.prompt_tokens);
    expect(spent.cachedPromptTokens).toBe(cached);
    expect(spent.evaluatedPromptTokens).toBe(usage.prompt_tokens - cached);
  });

  it("reuses nothing of a conversation that only looks alike", async () => {
    const { chat } = bound(await start({ model: demo, parallel: 1 }));
    const secret = await chat({ messages: question("The password is swordfish. Hello"), max_tokens: 40 });
    const guess = question("The password is wordfish. Hello");
    const after = await chat({ messages: guess, max_tokens: 40 });
    expect(after.json.usage.prompt_tokens_details.cached_tokens).toBeLessThan(secret.json.usage.prompt_tokens - 3);
    await engine?.dispose();
    const fresh = bound(await start({ model: demo, parallel: 1 }));
    const alone = await fresh.chat({ messages: guess, max_tokens: 40 });
    expect(after.json.choices[0].message.content).toBe(alone.json.choices[0].message.content);
  });
});

describe("a long prompt", () => {
  const story = (beginning: string) => ({ messages: question(beginning + "a long story ".repeat(130)), max_tokens: 2 });

  it("lets an answer that is being written go on between its chunks", async () => {
    const running = await start({ model: tiny, parallel: 2, contextTokens: 2048 });
    const sent = running.send({ messages: question("hello"), max_tokens: 1900, stream: true });
    const [stream] = (await once(sent, "response")) as [IncomingMessage];
    stream.resume();
    const spent = await running.statsOf(() => running.chat(story("")));
    expect(spent.prefillSteps).toBeGreaterThan(2);
    expect(spent.decodeSteps).toBeGreaterThanOrEqual(spent.prefillSteps - 1);
    sent.destroy();
  });

  it("that nobody waits for any more is not read to its end, and its place is free", async () => {
    const running = await start({ model: slow, parallel: 1 });
    const { prompt_tokens: whole } = (await running.chat(story(""))).json.usage;
    const spent = await running.statsOf(async () => {
      const sent = running.send(story("Another: "));
      sent.on("error", () => undefined);
      expect(await eventually(async () => (await running.stats()).busySequences === 1)).toBe(true);
      sent.destroy();
      expect(await eventually(async () => (await running.stats()).busySequences === 0)).toBe(true);
    });
    // Three chunks would be all of it: the running one and at most one that began before the abort came.
    expect(spent.prefillSteps).toBeLessThanOrEqual(2);
    expect(spent.evaluatedPromptTokens).toBeLessThan(whole);
    expect((await running.chat({ messages: question("hello"), max_tokens: 3 })).status).toBe(200);
  });
});

describe("a huge prompt", () => {
  it("is refused before it is read to its end, and holds nobody up", async () => {
    const running = await start({ model: tiny, parallel: 2, contextTokens: 2048 });
    const huge = running.chat({ messages: question("a few words again ".repeat(400_000)), max_tokens: 2 });
    expect((await running.chat({ messages: question("hello"), max_tokens: 3 })).status).toBe(200);
    const { status, json } = await huge;
    expect([status, json.error.code]).toEqual([400, "context_length_exceeded"]);
    expect(json.error.params).toMatchObject({ contextTokens: 2048, isAtLeast: true });
    expect(json.error.params.promptTokens).toBeLessThan(40_000);
    expect(json.error.message).toContain("at least");
  });
});

describe("a client that does not read its answer", () => {
  it("stalls nobody, and gets the rest when it reads", async () => {
    const running = await start({ model: tiny, parallel: 2, contextTokens: 2048 });
    const sent = running.send({ messages: question("hello"), max_tokens: 1950, stream: true });
    const [unread] = (await once(sent, "response")) as [IncomingMessage];
    const other = await running.chat({ messages: question("hello there"), max_tokens: 100 });
    expect(other.json.usage.completion_tokens).toBe(100);
    // Its own answer stops as soon as nothing more fits between the two.
    let seen = -1;
    const isStalled = async (): Promise<boolean> => {
      const { generatedTokens, busySequences } = await running.stats();
      const isSame = generatedTokens === seen && busySequences === 1;
      seen = generatedTokens;
      return isSame;
    };
    expect(await eventually(isStalled)).toBe(true);
    expect((await readAnswer(unread)).text).toContain("[DONE]");
  });
});

describe("an answer that is aborted", () => {
  it("frees its place at once, again and again", async () => {
    const running = await start({ model: slow, parallel: 1 });
    for (let count = 0; count < 5; count++) {
      const sent = running.send({ messages: question("hello"), max_tokens: 3000, stream: true });
      const [stream] = (await once(sent, "response")) as [IncomingMessage];
      stream.on("error", () => undefined);
      sent.destroy();
      expect(await eventually(async () => (await running.stats()).busySequences === 0)).toBe(true);
    }
    const spent = await running.statsOf(() => running.chat({ messages: question("hello"), max_tokens: 20 }));
    expect(spent.generatedTokens).toBe(20);
  });
});

function bound(running: EngineUnderTest): Pick<EngineUnderTest, "chat"> {
  return { chat: (body) => running.chat(body) };
}
