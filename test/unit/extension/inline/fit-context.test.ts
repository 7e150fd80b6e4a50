import { describe, expect, it } from "vitest";
import type { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { contextWindow } from "../../../../extension/inline/context-window.ts";
import { askMessages, editMessages, type PromptSubject } from "../../../../extension/inline/edit-prompt.ts";
import { fitContext } from "../../../../extension/inline/fit-context.ts";
import { isQuestion, withPrompt } from "../../../../extension/inline/prompt-history.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}\n`).join("");
const parts = { before: lines(200), target: "target\n", after: lines(200) };
const subject = (context = contextWindow(parts, 1)): PromptSubject => ({
  fileName: "greet.js",
  languageId: "javascript",
  target: parts.target,
  context,
  instruction: "Rename it.",
});

describe("what a model sees around the target", () => {
  it("is the nearest lines of both sides, whole", () => {
    expect(contextWindow(parts, 2)).toEqual({
      before: "line 198\nline 199\n",
      after: "line 0\nline 1\n",
      linesBefore: 2,
      linesAfter: 2,
    });
  });

  it("ends before a line that is longer than everything", () => {
    const around = { ...parts, before: `${"x".repeat(1_000_000)}\nnear\n` };
    expect(contextWindow(around, 5)).toMatchObject({ before: "near\n", linesBefore: 1 });
  });
});

describe("a prompt is made to fit", () => {
  /** One token for each line. */
  const fitWith = (contextTokens: number | null, isCounted = true) =>
    fitContext({
      parts,
      model: "m",
      messagesFor: (context) => editMessages(subject(context)),
      count: async (messages) =>
        isCounted ? messages.map(({ content }) => content.split("\n").length).reduce((a, b) => a + b) : null,
      contextTokens: async () => contextTokens,
      answerTokens: 10,
      widest: 60,
    });

  it("and nothing is left out of what fits", async () => {
    expect(await fitWith(1_000)).toMatchObject({ shortened: null, context: { linesBefore: 60 } });
  });

  it("by halves of the surroundings, and says that they were", async () => {
    const { context, shortened } = await fitWith(60);
    expect(context.linesBefore).toBe(7);
    expect(shortened).toMatchObject({ contextTokens: 60, promptTokens: expect.any(Number) });
  });

  it("and refused where the target alone does not, with both counts", async () => {
    const error = (await fitWith(20).catch((each: unknown) => each)) as MeshError;
    expect(error.code).toBe("context_length_exceeded");
    expect(error.params).toMatchObject({ model: "m", contextTokens: 20 });
  });

  it("only where somebody can count, and says how much fits", async () => {
    expect(await fitWith(20, false)).toMatchObject({ shortened: null });
    expect(await fitWith(null)).toMatchObject({ shortened: null });
  });
});

describe("the messages", () => {
  it("name language, file, instruction and the code in fences that it does not hold", () => {
    const target = "a\n```js\nb\n````\n";
    const [, user] = editMessages({ ...subject(), target });
    expect(user?.content).toContain("File: greet.js\nLanguage: javascript");
    expect(user?.content).toContain(`Code to change:\n\`\`\`\`\`javascript\n${target}\`\`\`\`\``);
    expect(user?.content.endsWith("Instruction: Rename it.")).toBe(true);
  });

  it("leave out empty parts, and carriage returns", () => {
    const empty = contextWindow({ before: "", target: "", after: "" }, 3);
    const [, user] = editMessages({ ...subject(empty), target: "a\r\nb\r\n" });
    expect(user?.content).not.toMatch(/Code before|Code after|\r/);
  });

  it("ask for new code where there is nothing to change, and for words about code", () => {
    expect(editMessages({ ...subject(), target: "  \n" })[1]?.content).not.toContain("Code to change");
    expect(askMessages(subject())[1]?.content).toMatch(/Code in question[\s\S]*Question: Rename it\.$/);
  });
});

describe("prompts", () => {
  it("that end with a question mark are questions", () => {
    expect(["Why?", "Warum? ", "为什么？"].map(isQuestion)).toEqual([true, true, true]);
    expect(["Use a ? b : c", "Rename it."].map(isQuestion)).toEqual([false, false]);
  });

  it("are kept newest first, once each, and not for ever", () => {
    expect(withPrompt(["a", "b"], "b", 30)).toEqual(["b", "a"]);
    expect(withPrompt(["a", "b"], "c", 0)).toEqual([]);
    expect(
      withPrompt(
        Array.from({ length: 30 }, (_, index) => `${index}`),
        "new",
        30,
      ),
    ).toHaveLength(30);
  });
});
