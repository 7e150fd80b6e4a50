import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planCut } from "../../../../../extension/chat/attachments/plan-cut.ts";
import {
  type PromptMessage,
  type PromptParts,
  promptMessages,
} from "../../../../../extension/chat/attachments/prompt-parts.ts";
import { attachment } from "../../../../support/attachment.ts";

/** A tokenizer: a token for each character, and two for each message. */
const lengthOf = (messages: readonly PromptMessage[]): number =>
  messages.reduce((sum, { content }) => sum + 2 + String(content).length, 0);
const count = async (messages: readonly PromptMessage[]): Promise<number> => lengthOf(messages);

const words = fc.string({ maxLength: 30 });
const promptParts: fc.Arbitrary<PromptParts> = fc
  .record({
    instructions: fc.option(words, { nil: undefined }),
    exchanges: fc.array(fc.tuple(words, words), { maxLength: 6 }),
    question: words,
    attachments: fc.array(
      fc.array(fc.string({ maxLength: 8, unit: fc.constantFrom("a", " ", "{") }), { maxLength: 12 }),
      {
        maxLength: 3,
      },
    ),
  })
  .map(({ instructions, exchanges, question, attachments }) => ({
    instructions: instructions === undefined ? [] : [{ role: "system", content: instructions }],
    exchanges: exchanges.map(([asked, answered], index) => ({
      id: `q${index}`,
      number: index + 1,
      question: asked,
      messages: [
        { role: "user", content: asked },
        { role: "assistant", content: answered },
      ],
    })),
    question,
    attachments: attachments.map((lines, index) =>
      attachment({
        id: `a${index}`,
        kind: index === 1 ? "terminal" : "file",
        text: lines.map((line) => `${line}\n`).join(""),
      }),
    ),
  }));

const anyCut = fc.record({ parts: promptParts, limitTokens: fc.integer({ min: 0, max: 800 }) });
const samples = { numRuns: 400 };

describe("what is left out of a prompt that is too long", () => {
  it("is nothing when it fits", async () => {
    await fc.assert(
      fc.asyncProperty(promptParts, async (parts) => {
        const plan = await planCut(parts, { limitTokens: lengthOf(promptMessages(parts)), count });
        expect(plan).toMatchObject({ kept: parts, leftOut: [], shortened: [] });
      }),
      samples,
    );
  });

  it("makes it fit, and keeps the system prompt, the question, the order and the turns of the roles", async () => {
    await fc.assert(
      fc.asyncProperty(anyCut, async ({ parts, limitTokens }) => {
        const { kept } = await planCut(parts, { limitTokens, count });
        if (kept === null) return;
        const messages = promptMessages(kept);
        expect(lengthOf(messages)).toBeLessThanOrEqual(limitTokens);
        expect(kept.instructions).toEqual(parts.instructions);
        expect(kept.question).toBe(parts.question);
        expect(parts.exchanges.slice(parts.exchanges.length - kept.exchanges.length)).toEqual(kept.exchanges);
        const roles = messages.map(({ role }) => role).filter((role) => role !== "system");
        expect(roles.every((role, index) => role === (index % 2 === 0 ? "user" : "assistant"))).toBe(true);
      }),
      samples,
    );
  });

  it("is as few exchanges as can be, and lines of attachments only when no exchange is left that could go", async () => {
    await fc.assert(
      fc.asyncProperty(anyCut, async ({ parts, limitTokens }) => {
        const { kept, leftOut, shortened } = await planCut(parts, { limitTokens, count });
        if (kept === null || (leftOut.length === 0 && shortened.length === 0)) return;
        const last = leftOut.at(-1);
        if (shortened.length === 0 && last !== undefined) {
          const more = { ...kept, exchanges: [last, ...kept.exchanges] };
          expect(lengthOf(promptMessages(more))).toBeGreaterThan(limitTokens);
        } else {
          expect(kept.exchanges).toEqual([]);
          const whole = { ...parts, exchanges: [] };
          expect(lengthOf(promptMessages(whole))).toBeGreaterThan(limitTokens);
        }
      }),
      samples,
    );
  });

  it("is named: every exchange and every attachment is whole, or said to be left out or shortened", async () => {
    await fc.assert(
      fc.asyncProperty(anyCut, async ({ parts, limitTokens }) => {
        const { kept, leftOut, shortened } = await planCut(parts, { limitTokens, count });
        if (kept === null) return;
        expect([...leftOut, ...kept.exchanges]).toEqual(parts.exchanges);
        for (const each of parts.attachments) {
          const said = shortened.find((one) => one.attachment.id === each.id);
          const sent = kept.attachments.find(({ id }) => id === each.id);
          if (said === undefined) expect(sent).toEqual(each);
          else if (said.keptLines === 0) expect(sent).toBeUndefined();
          else expect(sent?.text.split("\n")).toHaveLength(said.keptLines + 1);
        }
      }),
      samples,
    );
  });

  it("leaves the end of a terminal's text and the beginning of a file's, and the model reads that it is not whole", async () => {
    const text = ["one", "two", "three", "four"].map((word) => `${word.padEnd(60)}\n`).join("");
    const parts: PromptParts = {
      instructions: [],
      exchanges: [],
      question: "why",
      attachments: [attachment({ id: "f", text }), attachment({ id: "t", kind: "terminal", detail: "bash", text })],
    };
    const { kept } = await planCut(parts, { limitTokens: 360, count });
    expect(kept?.attachments.map(({ text, detail }) => [detail, text.trim().split(/\s+/)])).toEqual([
      ["src/a.ts (the first 2 of 4 lines)", ["one", "two"]],
      ["bash (the last 2 of 4 lines)", ["three", "four"]],
    ]);
  });

  it("cannot be said when the question alone is too long", async () => {
    const parts: PromptParts = { instructions: [], exchanges: [], question: "too long", attachments: [] };
    expect(await planCut(parts, { limitTokens: 5, count })).toMatchObject({ kept: null });
  });

  it("is found with few counts: each is a question to the model", async () => {
    let asked = 0;
    const exchanges = Array.from({ length: 200 }, (_, index) => ({
      id: `q${index}`,
      number: index + 1,
      question: "q",
      messages: [
        { role: "user" as const, content: "q" },
        { role: "assistant" as const, content: "a" },
      ],
    }));
    const parts: PromptParts = { instructions: [], exchanges, question: "q", attachments: [] };
    const { leftOut } = await planCut(parts, {
      limitTokens: 303,
      count: async (messages) => {
        asked++;
        return lengthOf(messages);
      },
    });
    expect(leftOut).toHaveLength(150);
    expect(asked).toBeLessThan(12);
  });
});
