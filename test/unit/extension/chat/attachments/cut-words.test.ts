import { describe, expect, it } from "vitest";
import { cutWords } from "../../../../../extension/chat/attachments/cut-words.ts";
import type { CutPlan } from "../../../../../extension/chat/attachments/plan-cut.ts";
import { attachment } from "../../../../support/attachment.ts";
import { english } from "../../../../support/translate.ts";

const kept = { instructions: [], exchanges: [], question: "q", attachments: [] };
const exchange = (number: number, question: string) => ({ id: `q${number}`, number, question, messages: [] });
const plan = (part: Partial<CutPlan>): CutPlan => ({ promptTokens: 5_000, kept, leftOut: [], shortened: [], ...part });
const number = (value: number): string => value.toLocaleString();
const words = (given: CutPlan, isExact = true) =>
  cutWords(given, { t: english, model: "Qwen", contextTokens: 4_096, answerTokens: 1_024, isExact });

describe("what a person reads before anything is left out", () => {
  it("is nothing when nothing is", () => {
    expect(words(plan({}))).toBeUndefined();
  });

  it("has both counts, and each question and attachment by name with how much of it", () => {
    const { message, detail, summary } =
      words(
        plan({
          leftOut: [exchange(1, "How do I sort?"), exchange(2, "And\nbackwards?")],
          shortened: [
            { attachment: attachment({ label: "a.ts" }), lines: 400, keptLines: 120 },
            { attachment: attachment({ label: "b.ts" }), lines: 1, keptLines: 0 },
          ],
        }),
      ) ?? {};
    expect(message).toBe(
      `The prompt has ${number(5_000)} tokens. Qwen takes ${number(4_096)}, and ${number(1_024)} of them are kept for the answer.`,
    );
    expect(detail?.split("\n")).toEqual([
      "This would be left out:",
      "• Question 1 and its answer: “How do I sort?”",
      "• Question 2 and its answer: “And backwards?”",
      "• a.ts: 280 of its 400 lines",
      "• All of b.ts",
    ]);
    expect(summary).toContain("the 2 oldest questions, a.ts: 280 of its 400 lines, All of b.ts.");
  });

  it("says when the count is an estimate", () => {
    expect(words(plan({ leftOut: [exchange(1, "q")] }), false)?.message).toContain(`≈ ${number(5_000)}`);
  });

  it("says when nothing helps", () => {
    expect(words(plan({ kept: null }))?.detail).toContain("too long for this model");
  });

  it("stays readable for a long conversation, and says how many more there are", () => {
    const leftOut = Array.from({ length: 40 }, (_, index) => exchange(index + 1, "x".repeat(500)));
    const lines = words(plan({ leftOut }))?.detail.split("\n") ?? [];
    expect(words(plan({ leftOut }))?.summary).toContain("the 40 oldest questions");
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe("• … and 33 more");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120);
  });
});
