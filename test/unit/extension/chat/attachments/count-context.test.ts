import { describe, expect, it, vi } from "vitest";
import { type ContextInput, ContextMeter } from "../../../../../extension/chat/attachments/count-context.ts";
import type { PromptMessage } from "../../../../../extension/chat/attachments/prompt-parts.ts";
import { TokenCounts } from "../../../../../extension/chat/attachments/token-counts.ts";
import { placeToAsk } from "../../../../support/asked-place.ts";
import { attachment } from "../../../../support/attachment.ts";
import { english } from "../../../../support/translate.ts";

const characters = (messages: readonly PromptMessage[]): number =>
  messages.reduce((sum, { content }) => sum + String(content).length, 0);

interface Scene {
  input: ContextInput | null;
  ask?: (messages: readonly PromptMessage[], signal: AbortSignal) => Promise<number>;
}

/** A meter whose pauses are over when the test says so. */
function meterOf(scene: Scene) {
  let pass: (() => void) | undefined;
  let waits = 0;
  const changes: unknown[] = [];
  const ask = scene.ask ?? (async (messages) => characters(messages));
  const meter = new ContextMeter({
    counts: new TokenCounts({ ask: (_place, messages, signal) => ask(messages, signal) }),
    read: () => scene.input,
    clock: {
      now: () => 0,
      wait: () => {
        waits++;
        return new Promise((resolve) => {
          pass = resolve;
        });
      },
    },
    t: english,
  });
  meter.onDidChange(() => changes.push(meter.use));
  return { meter, changes, waits: () => waits, pass: () => pass?.() };
}

const parts = { instructions: [], exchanges: [], question: "hello", attachments: [] };
const input = (part: Partial<ContextInput> = {}): ContextInput => ({
  place: placeToAsk({}),
  parts,
  answerTokens: 100,
  ...part,
});

describe("the composer's count", () => {
  it("is of the conversation, what is attached and what is written, some time after a change", async () => {
    const file = attachment({ text: "x".repeat(50) });
    const { meter, changes, pass } = meterOf({ input: input({ parts: { ...parts, attachments: [file] } }) });
    meter.update();
    expect(meter.use).toBeNull();
    pass();
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    expect(meter.use).toMatchObject({ contextTokens: 1_000, isExact: true, warning: null });
    expect(meter.countOf(file.id)).toMatchObject({ isExact: true });
    expect(meter.countOf(file.id)?.tokens).toBeGreaterThan(50);
    expect(meter.use?.promptTokens).toBeGreaterThan(55);
  });

  it("is made once for a burst of changes", () => {
    const { meter, waits } = meterOf({ input: input() });
    for (let change = 0; change < 100; change++) meter.update();
    expect(waits()).toBe(1);
  });

  it("is ended by a newer one, whose figures stand", async () => {
    const signals: AbortSignal[] = [];
    const scene: Scene = {
      input: input(),
      ask: async (messages, signal) => {
        signals.push(signal);
        if (signals.length > 1) return characters(messages);
        return await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    };
    const { meter, changes, pass } = meterOf(scene);
    meter.update();
    pass();
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    scene.input = input({ parts: { ...parts, question: "something else" } });
    meter.update();
    pass();
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    expect(signals[0]?.aborted).toBe(true);
    expect(meter.use?.promptTokens).toBe("something else".length);
  });

  it("tells of no change where the figures are the same", async () => {
    const scene: Scene = { input: input() };
    const { meter, changes, pass } = meterOf(scene);
    for (const question of ["hello", "world", "longer"]) {
      scene.input = input({ parts: { ...parts, question } });
      meter.update();
      pass();
      await vi.waitFor(() => expect(meter.use?.promptTokens).toBe(question.length));
    }
    expect(changes).toHaveLength(2);
  });

  it("warns before it is sent with both counts and how much would be left out", async () => {
    const exchange = (number: number) => ({
      id: `q${number}`,
      number,
      question: `Question ${number} in some words`,
      messages: [
        { role: "user" as const, content: "x".repeat(300) },
        { role: "assistant" as const, content: "y".repeat(200) },
      ],
    });
    const long = { ...parts, exchanges: [exchange(1), exchange(2)] };
    const { meter, changes, pass } = meterOf({ input: input({ parts: long }) });
    meter.update();
    pass();
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    expect(meter.use?.warning).toContain((1_005).toLocaleString());
    expect(meter.use?.warning).toContain((1_000).toLocaleString());
    expect(meter.use?.warning).toContain("Would be left out: the oldest question.");
  });

  it("warns of nothing where nobody says how much fits", async () => {
    const place = placeToAsk({ contextTokens: null });
    const { meter, changes, pass } = meterOf({ input: input({ place, answerTokens: 1e6 }) });
    meter.update();
    pass();
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    expect(meter.use).toMatchObject({ contextTokens: null, warning: null });
  });

  it("stands while there is nothing to count", async () => {
    const scene: Scene = { input: input() };
    const { meter, changes, pass } = meterOf(scene);
    meter.update();
    pass();
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    scene.input = null;
    meter.update();
    pass();
    await Promise.resolve();
    expect(meter.use?.promptTokens).toBe(5);
  });
});
