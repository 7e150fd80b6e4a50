import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConversationEntriesOptions,
  conversationGroups,
} from "../../../../../extension/chat/conversations/conversation-entries.ts";
import type { ConversationSummary } from "../../../../../extension/chat/conversations/conversation-summary.ts";
import { english } from "../../../../support/translate.ts";

/** Noon, so that hours more or less are the same day in every time zone that tests run in. */
const now = new Date(2026, 10, 21, 12);
const daysAgo = (days: number): string => new Date(2026, 10, 21 - days, 12).toISOString();

function summary(id: string, { text = "", days = 0, title = id, models = ["Tiny"] } = {}): ConversationSummary {
  const searched = [title, ...models, text].join("\n").toLowerCase();
  return { id, title, changedAt: daysAgo(days), questionCount: 1, models, text, searched };
}
const groups = (summaries: readonly ConversationSummary[], part: Partial<ConversationEntriesOptions> = {}) =>
  conversationGroups(summaries, { query: "", shownId: "", now, t: english, ...part });
const labels = (...given: Parameters<typeof groups>): string[] =>
  groups(...given).flatMap(({ entries }) => entries.map(({ label }) => label));

describe("the list of conversations", () => {
  it("is grouped by age", () => {
    const all = [0, 1, 2, 6, 7, 400].map((days) => summary(`${days}`, { days }));
    expect(groups(all).map(({ heading, entries }) => [heading, entries.map(({ id }) => id)])).toEqual([
      ["Today", ["0"]],
      ["Yesterday", ["1"]],
      ["The last seven days", ["2", "6"]],
      ["Earlier", ["7", "400"]],
    ]);
  });

  it("says which one is shown, how long it is and who answered", () => {
    const [group] = groups([summary("a", { days: 400, models: ["Tiny", "<Big>\u202e"] })], { shownId: "a" });
    expect(group?.entries[0]).toMatchObject({ isShown: true, detail: "" });
    expect(group?.entries[0]?.description).toMatch(/^shown now · .*2025.* · 1 question · Tiny, <Big>$/);
  });

  it("finds all words wherever they stand, whatever their case, and shows where", () => {
    const all = [
      summary("sky", { title: "Colours", text: `${"x".repeat(100)} why is the SKY blue?` }),
      summary("sea", { title: "Why is the sea blue" }),
    ];
    expect(labels(all, { query: "blue  why" })).toEqual(["Why is the sea blue", "Colours"]);
    expect(labels(all, { query: "sky tiny" })).toEqual(["Colours"]);
    expect(labels(all, { query: "sky green" })).toEqual([]);
    expect(groups(all, { query: "sky" })[0]?.entries[0]?.detail).toMatch(/^….*why is the SKY blue\?$/);
    expect(groups(all, { query: "sea" })[0]?.entries[0]?.detail).toBe("");
  });

  it("has every conversation when nothing is searched, and otherwise exactly those that have the words", () => {
    const some = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "B", "c", " "), maxLength: 5 }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(some, fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 4 }), (texts, query) => {
        const all = texts.map((text, index) => summary(`t${index}`, { text, models: [] }));
        const words = query.split(" ").filter(Boolean);
        const wanted = all.filter(({ searched }) => words.every((word) => searched.includes(word)));
        expect(labels(all, { query }).toSorted()).toEqual(wanted.map(({ title }) => title).toSorted());
      }),
    );
  });
});
