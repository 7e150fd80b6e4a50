import { describe, expect, it } from "vitest";
import { AskAgain } from "../../../../../extension/chat/attachments/ask-again.ts";
import type { Attachment } from "../../../../../extension/chat/attachments/attachment.ts";
import type { CutWords } from "../../../../../extension/chat/attachments/cut-words.ts";
import type { FittedQuestion } from "../../../../../extension/chat/attachments/fit-question.ts";
import { TokenCounts } from "../../../../../extension/chat/attachments/token-counts.ts";
import { type ChatTurn, newAnswer, newConversation } from "../../../../../extension/chat/conversation.ts";
import { placeToAsk } from "../../../../support/asked-place.ts";
import { attachment } from "../../../../support/attachment.ts";
import { english } from "../../../../support/translate.ts";

interface Turns {
  readonly attachments?: Attachment[];
  readonly leftOut?: string[];
}

const exchange = (number: number, characters: number, { attachments = [], leftOut = [] }: Turns = {}): ChatTurn[] => {
  const id = `q${number}`;
  const text = `${number}`.padEnd(characters, "x");
  return [
    { id, parentId: null, role: "user", text, attachments, leftOut },
    { ...newAnswer(`a${number}`, id), text: "y".repeat(characters), state: "done" },
  ];
};

/** Takes some 1,000 tokens, of which each character is one; the person is played by what they answer in turn. */
function scene(turns: ChatTurn[], answers: ("send" | "chooseModel" | undefined)[] = [], onCount?: () => void) {
  const done: (string | { id: string; text?: string; kept: FittedQuestion })[] = [];
  const asked: CutWords[] = [];
  const session = {
    conversation: { options: newConversation("00000000-0000-4000-8000-000000000000", new Date(0)).options },
    turns,
    isAnswering: false,
    retry: async () => void done.push("retry"),
    continue: async (isElsewhere: boolean, kept: FittedQuestion) =>
      void done.push({ id: isElsewhere ? "elsewhere" : "here", kept }),
    editQuestion: async (id: string, text: string, kept: FittedQuestion) => void done.push({ id, text, kept }),
  };
  const askAgain = new AskAgain({
    session,
    counts: new TokenCounts({
      ask: async (_place, messages) => {
        onCount?.();
        return messages.reduce((sum, { content }) => sum + String(content).length, 0);
      },
    }),
    place: () => placeToAsk({ contextTokens: 1_000 }),
    instructions: () => "",
    prompts: {
      confirmCut: async (words) => {
        asked.push(words);
        return answers.shift();
      },
      counting: (count) => count(new AbortController().signal),
      chooseModel: async () => false,
    },
    t: english,
  });
  return { askAgain, session, done, asked };
}

describe("asking the last question again", () => {
  it("asks it at once where all of it fits", async () => {
    const { askAgain, done, asked } = scene([...exchange(1, 100), ...exchange(2, 100)]);
    await askAgain.retry();
    expect([done, asked]).toEqual([["retry"], []]);
  });

  it("counts no answer that is there already: another one takes its place", async () => {
    const { askAgain, done, asked } = scene(exchange(1, 700));
    await askAgain.retry();
    expect([done, asked]).toEqual([["retry"], []]);
  });

  it("says what would be left out before it is, and asks nothing when the person turns away", async () => {
    const { askAgain, done, asked } = scene([...exchange(1, 400), ...exchange(2, 100)], [undefined]);
    await askAgain.retry();
    expect(asked[0]?.detail).toContain("Question 1");
    expect(done).toEqual([]);
  });

  it("asks what leaves out more as a question beside it, so that the answers so far keep theirs", async () => {
    const turns = [...exchange(1, 400), ...exchange(2, 100)];
    const { askAgain, done } = scene(turns, ["send"]);
    await askAgain.retry();
    const kept = { attachments: [], leftOut: ["q1"] };
    expect(done).toEqual([{ id: "q2", text: turns[2]?.text, kept }]);
  });

  it("does not ask once more about what the question was asked without", async () => {
    const turns = [...exchange(1, 800), ...exchange(2, 100, { leftOut: ["q1"] })];
    const { askAgain, done, asked } = scene(turns);
    await askAgain.retry();
    expect([done, asked]).toEqual([["retry"], []]);
  });

  it("adds to what the question was asked without", async () => {
    const turns = [...exchange(1, 800), ...exchange(2, 400), ...exchange(3, 100, { leftOut: ["q1"] })];
    const { askAgain, done, asked } = scene(turns, ["send"]);
    await askAgain.retry();
    expect(asked[0]?.detail).not.toContain("Question 1");
    expect(asked[0]?.detail).toContain("Question 2");
    expect(done).toMatchObject([{ id: "q3", kept: { leftOut: ["q1", "q2"] } }]);
  });

  it("shortens what was attached to it only by what was said", async () => {
    const text = "a line of forty characters, and its end.\n".repeat(50);
    const { askAgain, done, asked } = scene(exchange(1, 100, { attachments: [attachment({ text })] }), ["send"]);
    await askAgain.retry();
    const [, missing] = /a\.ts: (\d+) of its 50 lines/.exec(asked[0]?.detail ?? "") ?? [];
    const [edited] = done;
    const kept = typeof edited === "object" ? edited.kept.attachments[0]?.text.trimEnd().split("\n") : [];
    expect(kept).toHaveLength(50 - Number(missing));
  });

  it("asks nothing when the person has gone to another conversation while it was counted", async () => {
    const test = scene(exchange(1, 100), [], () => {
      test.session.turns = exchange(9, 100);
    });
    await test.askAgain.retry();
    expect(test.done).toEqual([]);
  });
});

describe("going on with the last answer", () => {
  it("is done at once where question and answer fit with all that came before", async () => {
    const { askAgain, done, asked } = scene([...exchange(1, 100), ...exchange(2, 100)]);
    await askAgain.continue(true);
    expect([done, asked]).toEqual([[{ id: "elsewhere", kept: { attachments: [], leftOut: [] } }], []]);
  });

  it("counts what there is of the answer, says what would be left out, and does nothing without a yes", async () => {
    const turns = [...exchange(1, 150), ...exchange(2, 250)];
    const refused = scene(turns, [undefined]);
    await refused.askAgain.continue(false);
    expect(refused.asked[0]?.detail).toContain("Question 1");
    expect(refused.done).toEqual([]);
    const agreed = scene(turns, ["send"]);
    await agreed.askAgain.continue(false);
    expect(agreed.done).toEqual([{ id: "here", kept: { attachments: [], leftOut: ["q1"] } }]);
  });

  it("is not done while an answer is written, or where there is none", async () => {
    const { askAgain, session, done } = scene(exchange(1, 100).slice(0, 1));
    await askAgain.continue(false);
    session.turns = exchange(1, 100);
    session.isAnswering = true;
    await askAgain.continue(false);
    expect(done).toEqual([]);
  });
});

describe("asking other words in a question's place", () => {
  it("asks them with what was attached, judged against what came before the question alone", async () => {
    const attached = attachment({});
    const turns = [...exchange(1, 100, { attachments: [attached] }), ...exchange(2, 800)];
    const { askAgain, done, asked } = scene(turns);
    expect(await askAgain.editQuestion("q1", "Other?")).toBe(true);
    expect(asked).toEqual([]);
    expect(done).toEqual([{ id: "q1", text: "Other?", kept: { attachments: [attached], leftOut: [] } }]);
  });

  it("sends nothing when the person turns away, and says so, so that their words stay", async () => {
    const { askAgain, done, asked } = scene([...exchange(1, 400), ...exchange(2, 100)], [undefined]);
    expect(await askAgain.editQuestion("q2", "Other?")).toBe(false);
    expect([asked.length, done]).toEqual([1, []]);
  });

  it("leaves out with the person's word, and without asking what they have agreed to for the question", async () => {
    const fresh = scene([...exchange(1, 400), ...exchange(2, 100)], ["send"]);
    expect(await fresh.askAgain.editQuestion("q2", "Other?")).toBe(true);
    const agreed = scene([...exchange(1, 400), ...exchange(2, 100, { leftOut: ["q1"] })]);
    expect(await agreed.askAgain.editQuestion("q2", "Other?")).toBe(true);
    expect(agreed.asked).toEqual([]);
    expect([fresh.done, agreed.done]).toMatchObject([[{ kept: { leftOut: ["q1"] } }], [{ kept: { leftOut: ["q1"] } }]]);
  });

  it("is not done while an answer is written, without words, or to a question that is not shown", async () => {
    const { askAgain, session, done } = scene(exchange(1, 100));
    expect(await askAgain.editQuestion("q1", "  ")).toBe(false);
    expect(await askAgain.editQuestion("q7", "Other?")).toBe(false);
    session.isAnswering = true;
    expect(await askAgain.editQuestion("q1", "Other?")).toBe(false);
    expect(done).toEqual([]);
  });
});
