import { describe, expect, it, vi } from "vitest";
import type { AskedPlace } from "../../../../../extension/chat/attachments/asked-place.ts";
import type { Attachment } from "../../../../../extension/chat/attachments/attachment.ts";
import { AttachmentDraft } from "../../../../../extension/chat/attachments/attachment-draft.ts";
import { ChatComposer } from "../../../../../extension/chat/attachments/chat-composer.ts";
import type { CutWords } from "../../../../../extension/chat/attachments/cut-words.ts";
import type { CutPrompts } from "../../../../../extension/chat/attachments/fit-question.ts";
import { TokenCounts } from "../../../../../extension/chat/attachments/token-counts.ts";
import { type ChatTurn, newAnswer, newConversation } from "../../../../../extension/chat/conversation.ts";
import { Emitter } from "../../../../../extension/platform/emitter.ts";
import { placeToAsk } from "../../../../support/asked-place.ts";
import { attachment } from "../../../../support/attachment.ts";
import { english } from "../../../../support/translate.ts";

interface Scene {
  place?: AskedPlace | null;
  turns?: ChatTurn[];
  maxTokens?: number;
  /** What the person does in the dialog, one after the other. */
  answers?: ("send" | "chooseModel" | undefined)[];
  /** The place after another model was chosen. */
  next?: AskedPlace;
  canCount?: boolean;
}

/** A composer whose tokenizer makes a token of each character, and whose person is played. */
function scene({ place = placeToAsk({}), turns = [], maxTokens, answers = [], next, canCount = true }: Scene) {
  const sent: { text: string; attachments: readonly Attachment[]; leftOut: readonly string[] }[] = [];
  const asked: CutWords[] = [];
  const counted: string[] = [];
  const mesh = new Emitter<void>();
  let looks = 0;
  let now = place;
  const { options } = newConversation("00000000-0000-4000-8000-000000000000", new Date(0));
  const session = {
    conversation: { options: { ...options, parameters: { ...options.parameters, maxTokens: maxTokens ?? null } } },
    turns,
    isAnswering: false,
    onDidChange: new Emitter<void>().event,
    send: async (text: string, attachments: readonly Attachment[], leftOut: readonly string[]) => {
      sent.push({ text, attachments, leftOut });
    },
  };
  const prompts: CutPrompts = {
    confirmCut: async (words, canSend) => {
      asked.push(words);
      const answer = answers.shift();
      if (answer === "send" && !canSend) throw new Error("there is no such button");
      return answer;
    },
    counting: (count) => count(new AbortController().signal),
    chooseModel: async () => {
      if (next === undefined) return false;
      now = next;
      return true;
    },
  };
  const draft = new AttachmentDraft({ memory: { load: () => [], save: () => undefined } });
  const counts = new TokenCounts({
    ask: async (_place, messages) => {
      counted.push(messages.map(({ content }) => content).join(""));
      if (!canCount) throw new Error("no tokenizer");
      return messages.reduce((sum, { content }) => sum + String(content).length, 0);
    },
  });
  const composer = new ChatComposer({
    session,
    draft,
    counts: {
      count: (...question) => {
        looks++;
        return counts.count(...question);
      },
    },
    place: () => now,
    onDidChangeMesh: mesh.event,
    instructions: () => "",
    prompts,
    clock: { now: () => 0, wait: () => Promise.resolve() },
    t: english,
  });
  return { composer, draft, session, sent, asked, counted, mesh, looks: () => looks };
}

const exchange = (number: number, characters: number, leftOut: string[] = []): ChatTurn[] => {
  const id = `q${number}`;
  const text = `${number}`.padEnd(characters, "x");
  return [
    { id, parentId: null, role: "user", text, attachments: [], leftOut },
    { ...newAnswer(`a${number}`, id), text: "y".repeat(characters), state: "done" },
  ];
};

describe("sending a question", () => {
  it("sends what fits at once, with what is attached, and asks nothing", async () => {
    const { composer, draft, sent, asked } = scene({});
    composer.attach([attachment({})]);
    expect(await composer.send("Why?")).toBe(true);
    expect(sent).toEqual([{ text: "Why?", attachments: [attachment({})], leftOut: [] }]);
    expect([asked, draft.attachments]).toEqual([[], []]);
  });

  it("sends nothing when the person turns away from what would be left out, and keeps what is attached", async () => {
    const { composer, draft, sent, asked } = scene({ turns: exchange(1, 500), answers: [undefined] });
    composer.attach([attachment({})]);
    expect(await composer.send("Why?")).toBe(false);
    expect(sent).toEqual([]);
    expect(draft.attachments).toHaveLength(1);
    expect(asked[0]?.detail).toContain("Question 1");
  });

  it("leaves out exactly what was said, when the person agrees", async () => {
    const { composer, sent, asked } = scene({ turns: [...exchange(1, 300), ...exchange(2, 300)], answers: ["send"] });
    expect(await composer.send("Why?")).toBe(true);
    expect(sent).toEqual([{ text: "Why?", attachments: [], leftOut: ["q1"] }]);
    expect(asked).toHaveLength(1);
  });

  it("does not ask twice about the same: what was agreed to holds for the next question", async () => {
    const turns = [...exchange(1, 300), ...exchange(2, 300), ...exchange(3, 10, ["q1"])];
    const { composer, sent, asked } = scene({ turns });
    expect(await composer.send("Why?")).toBe(true);
    expect([sent[0]?.leftOut, asked]).toEqual([["q1"], []]);
  });

  it("asks again when more would be left out than was agreed to", async () => {
    const turns = [...exchange(1, 300), ...exchange(2, 300), ...exchange(3, 200, ["q1"])];
    const { composer, sent, asked } = scene({ turns, answers: ["send"] });
    await composer.send("Why?");
    expect(asked).toHaveLength(1);
    expect(sent[0]?.leftOut).toEqual(["q1", "q2"]);
  });

  it("shortens an attachment only by what was said", async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(29, ".")).join("\n");
    const { composer, sent, asked } = scene({ answers: ["send"] });
    composer.attach([attachment({ text: lines })]);
    await composer.send("Why?");
    const [, kept] = /a\.ts: (\d+) of its 40 lines/.exec(asked[0]?.detail ?? "") ?? [];
    expect(sent[0]?.attachments[0]?.text.trimEnd().split("\n")).toHaveLength(40 - Number(kept));
  });

  it("keeps room for as long an answer as was asked for", async () => {
    const short = scene({ turns: exchange(1, 200), maxTokens: 100 });
    await short.composer.send("Why?");
    expect(short.asked).toEqual([]);
    const long = scene({ turns: exchange(1, 200), maxTokens: 700 });
    await long.composer.send("Why?");
    expect(long.asked).toHaveLength(1);
  });

  it("judges anew for another model that the person chooses instead", async () => {
    const next = placeToAsk({ model: "large", contextTokens: 100_000 });
    const { composer, sent, asked } = scene({ turns: exchange(1, 500), answers: ["chooseModel"], next });
    expect(await composer.send("Why?")).toBe(true);
    expect([asked.length, sent[0]?.leftOut]).toEqual([1, []]);
  });

  it("sends nothing when the person chooses no other model after all", async () => {
    const { composer, sent } = scene({ turns: exchange(1, 500), answers: ["chooseModel"] });
    expect(await composer.send("Why?")).toBe(false);
    expect(sent).toEqual([]);
  });

  it("says when the question alone is too long, and offers no way to send it", async () => {
    const { composer, sent, asked } = scene({ answers: [undefined] });
    expect(await composer.send("x".repeat(2_000))).toBe(false);
    expect(asked[0]?.detail).toContain("too long for this model");
    expect(sent).toEqual([]);
  });

  it("asks before a picture is left out that the model cannot see", async () => {
    const picture = attachment({ id: "p", kind: "image", label: "p.png", text: "", image: "data:image/png;base64,AA" });
    const { composer, sent, asked } = scene({ answers: ["send"] });
    composer.attach([picture]);
    expect(composer.state.attachments[0]?.problem).not.toBeNull();
    await composer.send("What is it?");
    expect(asked[0]?.message).toContain("sees no pictures");
    expect(asked[0]?.detail).toContain("All of p.png");
    expect(sent[0]?.attachments).toEqual([]);
  });

  it("is not judged where nobody says how much fits, and node and place say what does not", async () => {
    const { composer, sent } = scene({ place: placeToAsk({ contextTokens: null }), turns: exchange(1, 5_000) });
    await composer.send("Why?");
    expect(sent[0]?.leftOut).toEqual([]);
    const nobody = scene({ place: null });
    expect(await nobody.composer.send("Why?")).toBe(true);
  });

  it("asks a place elsewhere to count only when the question is sent and an estimate cannot tell that it fits", async () => {
    const place = placeToAsk({ countsHere: false });
    const short = scene({ place });
    short.composer.write("a draft that nobody has sent");
    await short.composer.send("Why?");
    expect(short.counted).toEqual([]);
    const long = scene({ place, turns: exchange(1, 400) });
    await long.composer.send("Why?");
    expect(long.counted).not.toEqual([]);
  });

  it("goes by the estimate, and says so, where the place cannot count", async () => {
    const { composer, asked } = scene({ turns: exchange(1, 5_000), canCount: false, answers: [undefined] });
    await composer.send("Why?");
    expect(asked[0]?.message).toContain("≈");
  });

  it("sends nothing while an answer is written, and no blank question", async () => {
    const { composer, session, sent } = scene({});
    expect(await composer.send("  ")).toBe(false);
    session.isAnswering = true;
    expect(await composer.send("Why?")).toBe(false);
    expect(sent).toEqual([]);
  });
});

describe("what the composer shows", () => {
  it("counts the chips and the whole, again when the words change", async () => {
    const { composer } = scene({});
    composer.attach([attachment({})]);
    await vi.waitFor(() => expect(composer.state.attachments[0]?.tokens).not.toBeNull());
    const before = composer.state.context?.promptTokens ?? 0;
    composer.write("more words");
    await vi.waitFor(() => expect(composer.state.context?.promptTokens).toBe(before + "more words".length));
  });

  it("is not counted again when the mesh changes and neither the model nor the words do", async () => {
    const { composer, mesh, looks } = scene({});
    composer.write("words");
    await vi.waitFor(() => expect(composer.state.context?.promptTokens).toBe(5));
    const before = looks();
    for (let change = 0; change < 5; change++) {
      mesh.fire();
      // The pause before a count is over at once here.
      await new Promise(setImmediate);
    }
    expect(looks()).toBe(before);
    composer.write("other words");
    await vi.waitFor(() => expect(composer.state.context?.promptTokens).toBe(11));
  });
});
