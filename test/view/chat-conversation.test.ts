import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerOf,
  conversationOf,
  questionOf,
  sampleRoute,
  sampleTurns,
  updateOf,
} from "../support/chat-view/sample-chat.ts";
import { openChatView } from "./support/chat-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

const short = [questionOf({ id: "q" }), answerOf({ id: "a" })];

describe("a conversation", () => {
  it("says in its middle what to do first while nobody can be asked, and invites to ask from then on", async () => {
    const notice = { message: "The node is stopped.", nextStep: "", isError: false, isBusy: false, button: null };
    const view = await openChatView(browser, [conversationOf([], { notice })]);
    const box = view.page.getByRole("group", { name: notice.message });
    const invitation = view.page.getByRole("heading", { name: "Ask away" });
    expect(await invitation.isVisible()).toBe(false);
    const [{ y: top = 0, height = 0 } = {}, { y: below = 0 } = {}] = [
      (await box.boundingBox()) ?? {},
      (await view.page.locator(".composer").boundingBox()) ?? {},
    ];
    expect(top).toBeGreaterThan(below / 4);
    expect(top + height).toBeLessThan((below * 3) / 4);
    await view.post(updateOf({ notice: null }));
    expect(await invitation.isVisible()).toBe(true);
    await view.close();
  });

  it("breaks the figures of an answer between two of them, in a narrow view", async () => {
    const figures = "240 ms to first token · 41 tokens/s · 312 tokens · 250 of 425 prompt tokens cached";
    const answers = [questionOf({ id: "q" }), answerOf({ id: "a", figures })];
    const view = await openChatView(browser, [conversationOf(answers)], { width: 260 });
    const shown = view.page.locator(".figures");
    expect(await shown.textContent()).toBe(figures);
    const heights = await shown.locator("span").evaluateAll((all) => all.map((each) => each.clientHeight));
    expect(new Set(heights).size).toBe(1);
    expect((await shown.boundingBox())?.height ?? 0).toBeGreaterThan((heights[0] ?? 0) * 1.5);
    await view.close();
  });

  it("has the question edited in its place: Enter asks it, Escape leaves it and loses no word", async () => {
    const view = await openChatView(browser, [conversationOf(sampleTurns)]);
    const field = view.page.getByRole("textbox", { name: "Edit question" });
    await view.press("Edit and ask again");
    expect(await view.focused()).toBe("Edit question");
    expect(await field.isVisible()).toBe(true);
    await field.fill("How do I sort one?");
    await view.page.keyboard.press("Escape");
    expect(await view.page.locator(".is-user .turn-body").textContent()).toBe(
      "How do I reverse a string in this file?",
    );
    expect(await view.focused()).toBe("Edit and ask again");
    await view.page.keyboard.press("Enter");
    expect(await field.inputValue()).toBe("How do I sort one?");
    await view.page.keyboard.press("Enter");
    expect(await view.lastSent()).toEqual({ type: "editQuestion", turnId: "q1", text: "How do I sort one?" });
    expect(await view.focused()).toBe("Question");
    await view.post({ type: "edit", turnId: "q1", text: "How do I sort one?" });
    expect(await view.focused()).toBe("Edit question");
    expect(await field.inputValue()).toBe("How do I sort one?");
    await view.close();
  });

  it("moves between the versions of a turn, and keeps the focus where it is", async () => {
    const view = await openChatView(browser, [conversationOf(sampleTurns)]);
    await view.press("Next version (2 of 3)");
    expect(await view.lastSent()).toEqual({ type: "showSibling", turnId: "a1", index: 2 });
    const [question = questionOf({ id: "q1" })] = sampleTurns;
    const other = answerOf({ id: "a2", text: "Another one.", siblings: { index: 2, count: 3 } });
    await view.post(conversationOf([question, other]));
    expect(await view.focused()).toBe("Next version (3 of 3)");
    await view.page.keyboard.press("Enter");
    // There is none after the last.
    expect((await view.sent()).filter(({ type }) => type === "showSibling")).toHaveLength(1);
    await view.press("Previous version (3 of 3)");
    expect(await view.lastSent()).toEqual({ type: "showSibling", turnId: "a2", index: 1 });
    await view.close();
  });

  it("can be tried again, branched off and gone on with", async () => {
    const cut = answerOf({ id: "a", isCut: true, canContinue: "here" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), cut])]);
    await view.press("Retry");
    await view.press(/^Branch/);
    await view.press("Continue");
    expect((await view.sent()).slice(-3)).toEqual([
      { type: "retry" },
      { type: "branch", turnId: "a" },
      { type: "continue", isElsewhere: false },
    ]);
    const failure = { message: "It broke off.", nextStep: "", isError: true, isBusy: false, button: null };
    await view.post(
      updateOf({ turns: [{ ...cut, isCut: false, canContinue: "elsewhere", state: "failed", failure }] }),
    );
    await view.press("Continue on Another Node");
    expect(await view.lastSent()).toEqual({ type: "continue", isElsewhere: true });
    await view.close();
  });

  it("asks for nothing else while an answer is written, and stops it at Escape", async () => {
    const streaming = answerOf({ id: "a2", state: "streaming", text: "And" });
    const view = await openChatView(browser, [conversationOf([...sampleTurns, questionOf({ id: "q2" }), streaming])]);
    const before = (await view.sent()).length;
    for (const name of ["Edit and ask again", /^Branch/, "Next version (2 of 3)"]) {
      await view.page.getByRole("button", { name }).first().focus();
      await view.page.keyboard.press("Enter");
    }
    expect((await view.sent()).length).toBe(before);
    await view.page.keyboard.press("Escape");
    expect(await view.lastSent()).toEqual({ type: "stop" });
    await view.close();
  });

  it("says why an answer came from where it did, and leads to its path", async () => {
    const view = await openChatView(browser, [conversationOf(short)]);
    await view.press("Why here?");
    expect(await view.lastSent()).toEqual({ type: "why", turnId: "a" });
    const panel = view.page.getByRole("region", { name: "Why here?" });
    expect(await panel.textContent()).toBe("Asking the node…");
    await view.post({ type: "route", turnId: "a", route: sampleRoute });
    const text = (await panel.textContent()) ?? "";
    for (const said of [
      "should have answered soonest",
      "sha256:3f8a…91bc",
      "studio-mac no answer within 10 s",
      "cloud the privacy label",
    ]) {
      expect(text).toContain(said);
    }
    await view.press("Show in Topology");
    expect(await view.lastSent()).toEqual({ type: "showPath", turnId: "a" });
    await view.page.keyboard.press("Escape");
    expect(await panel.isVisible()).toBe(false);
    expect(await view.focused()).toBe("Why here?");
    await view.page.keyboard.press("Enter");
    await view.post({ type: "route", turnId: "a", route: null });
    expect(await panel.textContent()).toBe("The node does not remember this request any more.");
    await view.close();
  });

  it("shows thoughts unfolded where the settings say so, until a person folds them", async () => {
    const turns = [questionOf({ id: "q" }), answerOf({ id: "a", reasoning: "First the file." })];
    const view = await openChatView(browser, [conversationOf(turns)], { opensThoughts: true });
    const isOpen = async (): Promise<boolean> =>
      await view.page.locator("details.thoughts").evaluate((details) => (details as HTMLDetailsElement).open);
    expect(await isOpen()).toBe(true);
    await view.page.locator("summary").focus();
    await view.page.keyboard.press("Enter");
    expect(await isOpen()).toBe(false);
    await view.close();
  });

  it("shows thoughts while they are all there is, folds them then, and keeps to what the person has chosen", async () => {
    const thinking = answerOf({ id: "a", text: "", reasoning: "First the file.", state: "streaming" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), thinking])]);
    const isOpen = async (): Promise<boolean> =>
      await view.page.locator("details.thoughts").evaluate((details) => (details as HTMLDetailsElement).open);
    expect(await isOpen()).toBe(true);
    expect(await view.page.locator("summary").textContent()).toBe("Thinking…");
    await view.post(updateOf({ appended: [{ turnId: "a", text: "With a slice.", reasoning: "" }] }));
    expect(await isOpen()).toBe(false);
    await view.page.locator("summary").focus();
    await view.page.keyboard.press("Enter");
    await view.post(updateOf({ appended: [{ turnId: "a", text: " So.", reasoning: " Then the rest." }] }));
    expect(await isOpen()).toBe(true);
    expect(await view.page.locator(".thoughts .markdown").textContent()).toBe("First the file. Then the rest.");
    await view.load();
    await view.post(conversationOf([questionOf({ id: "q" }), answerOf({ id: "a", reasoning: "First the file." })]));
    expect(await isOpen()).toBe(true);
    await view.close();
  });

  it("does with code what is asked for, but not before it is complete", async () => {
    const text = "Here:\n\n```ts\nlet a = 1;\n";
    const view = await openChatView(browser, [
      conversationOf([questionOf({ id: "q" }), answerOf({ id: "a", text, state: "streaming" })]),
    ]);
    expect(await view.page.getByRole("button", { name: "Insert at cursor" }).isVisible()).toBe(false);
    await view.post(updateOf({ turns: [answerOf({ id: "a", text: `${text}\`\`\`` })] }));
    await view.press("Copy code");
    await view.press("Insert at cursor");
    await view.press(/^Apply to the file/);
    await view.press("Put into a new file");
    const code = { type: "useCode", text: "let a = 1;", language: "ts" };
    expect((await view.sent()).slice(-4)).toEqual([
      { type: "copy", text: "let a = 1;" },
      { ...code, how: "insert" },
      { ...code, how: "apply" },
      { ...code, how: "newFile" },
    ]);
    await view.close();
  });
});
