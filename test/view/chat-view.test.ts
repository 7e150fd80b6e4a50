import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noParameters } from "../../contract/webview/chat-composer.ts";
import {
  answerOf,
  chipOf,
  composerOf,
  conversationOf,
  pixel,
  questionOf,
  sampleRoute,
  sampleTurns,
  updateOf,
} from "../support/chat-view/sample-chat.ts";
import { type ChatView, openChatView } from "./support/chat-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

const press = async ({ page }: ChatView, name: string | RegExp): Promise<void> =>
  await page.getByRole("button", { name, exact: true }).last().click();
const prompt = ({ page }: ChatView) => page.getByRole("textbox", { name: "Question", exact: true });
const short = [questionOf({ id: "q" }), answerOf({ id: "a" })];

describe("the composer", () => {
  it("says which model is asked, and leaves the choice to the editor's own list", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    const button = view.page.getByRole("button", { name: /^Model: qwen3-4b-instruct/ });
    expect(await button.getAttribute("title")).toContain("8K · 41 tokens/s · local");
    await button.click();
    expect(await view.lastSent()).toEqual({ type: "pickModel" });
    await view.post(updateOf({ composer: composerOf({ model: null }) }));
    await press(view, "Model: Choose Model");
    expect(await view.lastSent()).toEqual({ type: "pickModel" });
    await view.close();
  });

  it("sends with Enter, breaks the line with Shift+Enter, and goes through what was asked with the arrows", async () => {
    const view = await openChatView(browser, [conversationOf(short)]);
    const { keyboard } = view.page;
    await prompt(view).focus();
    await keyboard.type("one");
    await keyboard.press("Shift+Enter");
    await keyboard.type("two");
    await keyboard.press("Enter");
    expect(await view.sent()).toContainEqual({ type: "send", text: "one\ntwo" });
    expect(await prompt(view).inputValue()).toBe("");
    await keyboard.press("ArrowUp");
    expect(await prompt(view).inputValue()).toBe("How do I reverse a string?");
    await keyboard.press("ArrowDown");
    expect(await prompt(view).inputValue()).toBe("");
    await view.close();
  });

  it("sends with Ctrl+Enter for those who have chosen that", async () => {
    const view = await openChatView(browser, [conversationOf(short)], { sendsWith: "ctrlEnter" });
    const { keyboard } = view.page;
    await prompt(view).focus();
    await keyboard.type("one");
    await keyboard.press("Enter");
    await keyboard.type("two");
    expect(await prompt(view).inputValue()).toBe("one\ntwo");
    await keyboard.press("Control+Enter");
    expect(await view.sent()).toContainEqual({ type: "send", text: "one\ntwo" });
    await view.close();
  });

  it("tells what is being written when one pauses, and once when it is sent", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await prompt(view).fill("half a question");
    await expect.poll(async () => await view.lastSent()).toEqual({ type: "draft", text: "half a question" });
    await prompt(view).press("Enter");
    expect((await view.sent()).slice(-2)).toEqual([
      { type: "draft", text: "" },
      { type: "send", text: "half a question" },
    ]);
    await view.close();
  });

  it("keeps what is being written when the page is thrown away", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await prompt(view).fill("half a question");
    await view.load();
    expect(await prompt(view).inputValue()).toBe("half a question");
    await view.close();
  });

  it("takes a text from elsewhere without sending it, and undo brings back one's own", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await prompt(view).fill("mine");
    await view.post({ type: "focus", text: "theirs" });
    expect(await prompt(view).inputValue()).toBe("theirs");
    await view.page.keyboard.press("Control+z");
    expect(await prompt(view).inputValue()).toBe("mine");
    expect((await view.sent()).filter(({ type }) => type === "send")).toEqual([]);
    await view.close();
  });

  it("shows what is attached with its tokens and its troubles, and takes it away by mouse and by keys", async () => {
    const attachments = [
      chipOf({ id: "1", label: "a.ts" }),
      chipOf({ id: "2", label: "src/", kind: "folder", tokens: 1_204, isExact: false }),
      chipOf({ id: "3", label: "photo", kind: "image", tokens: null, thumbnail: pixel, problem: "It sees no images." }),
    ];
    const view = await openChatView(browser, [conversationOf([], { composer: composerOf({ attachments }) })]);
    const chips = view.page.getByRole("list", { name: "Attachments" }).getByRole("listitem");
    expect(await chips.allTextContents()).toEqual(["a.ts312", "src/≈ 1,204", "photoIt sees no images."]);
    await press(view, "Remove photo");
    expect(await view.lastSent()).toEqual({ type: "detach", attachmentId: "3" });
    expect(await view.focused()).toBe("Remove src/");
    await view.page.keyboard.press("Delete");
    expect(await view.lastSent()).toEqual({ type: "detach", attachmentId: "2" });
    expect(await view.focused()).toBe("Remove a.ts");
    await view.page.keyboard.press("Enter");
    expect(await view.focused()).toBe("Question");
    await press(view, /^Attach…/);
    expect(await view.lastSent()).toEqual({ type: "attach" });
    expect(view.fetched).toEqual([]);
    await view.close();
  });

  it("paints the small picture of an image", async () => {
    const chip = chipOf({ id: "1", kind: "image", tokens: null, thumbnail: pixel });
    const view = await openChatView(browser, [
      conversationOf([], {
        composer: composerOf({ attachments: [chip, { ...chip, id: "2", thumbnail: "data:image/png;base64,AAAA" }] }),
      }),
    ]);
    const opacity = async (index: number): Promise<number | undefined> =>
      await view.page
        .locator("canvas.thumbnail")
        .nth(index)
        .evaluate((canvas) => (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(20, 20, 1, 1).data[3]);
    await expect.poll(async () => await opacity(0)).toBeGreaterThan(0);
    expect(await opacity(1)).toBe(0);
    await view.close();
  });

  it("makes a pasted picture smaller before it is sent, and leaves words alone that come with one", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    const paste = async (text: string): Promise<void> =>
      await view.page.evaluate(async (words) => {
        const canvas = document.createElement("canvas");
        canvas.width = 3_136;
        canvas.height = 400;
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([blob ?? ""], "shot.png", { type: "image/png" }));
        if (words !== "") clipboardData.setData("text/plain", words);
        document
          .querySelector(".composer textarea")
          ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
      }, text);
    await paste("words");
    await paste("");
    await expect.poll(async () => (await view.lastSent())?.type).toBe("attachImage");
    const images = (await view.sent()).filter((message) => message.type === "attachImage");
    expect(images.map(({ name }) => name)).toEqual(["shot.png"]);
    const size = await view.page
      .evaluate(async (url) => {
        const picture = await createImageBitmap(await (await fetch(url)).blob().catch(() => new Blob())).catch(
          () => null,
        );
        return picture === null ? null : [picture.width, picture.height];
      }, images[0]?.url ?? "")
      .catch(() => null);
    // The page's policy forbids to fetch even this: the size stands in the picture's own head.
    const head = Buffer.from(images[0]?.url.split(",")[1] ?? "", "base64");
    expect(size).toBeNull();
    expect([head.readUInt32BE(16), head.readUInt32BE(20)]).toEqual([1_568, 200]);
    await view.close();
  });

  it("takes files that are dropped by their addresses, and says what it cannot take", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    const drop = async (given: { uris?: string; file?: string }): Promise<void> => {
      await view.page.evaluate(({ uris, file }) => {
        const dataTransfer = new DataTransfer();
        if (uris !== undefined) dataTransfer.setData("text/uri-list", uris);
        if (file !== undefined) dataTransfer.items.add(new File(["x"], file, { type: "text/plain" }));
        for (const type of ["dragover", "drop"]) {
          document
            .querySelector("main")
            ?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
      }, given);
    };
    await drop({ uris: "# from the explorer\r\nfile:///w/a.ts\r\nfile:///w/b.ts\r\nfile:///w/a.ts" });
    expect(await view.lastSent()).toEqual({ type: "attachFiles", uris: ["file:///w/a.ts", "file:///w/b.ts"] });
    await drop({ file: "outside.txt" });
    await view.page.getByText("Only files of the editor and pictures can be dropped here.").first().waitFor();
    expect((await view.sent()).filter(({ type }) => type === "attachFiles")).toHaveLength(1);
    expect(await view.page.locator(".drop-hint").isVisible()).toBe(false);
    await view.close();
  });

  it("says how full the context is: counted, estimated, without an end, and before anything would be cut", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    const meter = view.page.getByRole("meter", { name: "Context" });
    expect(await meter.getAttribute("aria-valuetext")).toBe("1,204 of 8,192 tokens");
    const context = {
      promptTokens: 9_311,
      contextTokens: 8_192,
      isExact: false,
      warning: "Two turns would be left out.",
    };
    await view.post(updateOf({ composer: composerOf({ context }) }));
    expect(await meter.textContent()).toBe("≈ 9,311 of 8,192 tokens");
    expect(await view.page.locator(".context-warning").textContent()).toBe("Two turns would be left out.");
    await view.post(
      updateOf({ composer: composerOf({ context: { ...context, contextTokens: null, warning: null } }) }),
    );
    expect(await view.page.locator(".meter").textContent()).toBe("≈ 9,311 tokens");
    expect(await view.page.locator(".context-warning").isVisible()).toBe(false);
    await view.close();
  });
});

describe("the settings of a chat", () => {
  it("are told when a field is left, leave out what is empty, and refuse what is out of range in words", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await press(view, "Chat settings");
    expect(await view.focused()).toBe("System prompt");
    expect(await view.page.getByLabel("System prompt").getAttribute("placeholder")).toBe("Answer briefly.");
    await view.page.getByLabel("Temperature").fill("0,4");
    await view.page.keyboard.press("Tab");
    const options = { instructions: null, parameters: { ...noParameters, temperature: 0.4 } };
    expect(await view.lastSent()).toEqual({ type: "setOptions", options });
    const before = (await view.sent()).length;
    for (const wrong of ["3", "-1", "warm"]) {
      await view.page.getByLabel("Temperature").fill(wrong);
      await view.page.keyboard.press("Tab");
      expect(await view.page.getByText("From 0 to 2.").isVisible()).toBe(true);
    }
    await view.page.getByLabel("Seed").fill("1.5");
    await view.page.keyboard.press("Tab");
    expect((await view.sent()).length).toBe(before);
    await view.page.getByLabel("Temperature").fill("");
    await view.page.keyboard.press("Tab");
    await view.page.getByLabel("Thinking").selectOption("high");
    const effort = { instructions: null, parameters: { ...noParameters, reasoningEffort: "high" } };
    expect(await view.lastSent()).toEqual({ type: "setOptions", options: effort });
    await view.close();
  });

  it("are reset in one step, which can be taken back", async () => {
    const options = { instructions: "Like a pirate.", parameters: { ...noParameters, seed: 7 } };
    const view = await openChatView(browser, [conversationOf([], { composer: composerOf({ options }) })]);
    await press(view, "Chat settings (changed)");
    await press(view, "Reset");
    expect(await view.lastSent()).toEqual({
      type: "setOptions",
      options: { instructions: null, parameters: noParameters },
    });
    expect(await view.page.getByLabel("System prompt").inputValue()).toBe("");
    await press(view, "Undo Reset");
    expect(await view.lastSent()).toEqual({ type: "setOptions", options });
    expect(await view.page.getByLabel("Seed").inputValue()).toBe("7");
    await view.close();
  });

  it("close with Escape, keep what was written, and give the focus back; an answer goes on meanwhile", async () => {
    const answer = answerOf({ id: "a", state: "streaming", text: "With" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), answer])]);
    await press(view, "Chat settings");
    await view.page.keyboard.type("Short, please.");
    // A count that comes meanwhile takes nothing away.
    await view.post(updateOf({ composer: composerOf() }));
    await view.page.keyboard.press("Escape");
    expect(await view.lastSent()).toMatchObject({ type: "setOptions", options: { instructions: "Short, please." } });
    expect(await view.page.getByRole("dialog").isVisible()).toBe(false);
    expect(await view.focused()).toContain("Chat settings");
    expect(await view.sent()).not.toContainEqual({ type: "stop" });
    await view.close();
  });
});

describe("a conversation", () => {
  it("has the question edited in its place: Enter asks it, Escape leaves it and loses no word", async () => {
    const view = await openChatView(browser, [conversationOf(sampleTurns)]);
    const field = view.page.getByRole("textbox", { name: "Edit question" });
    await press(view, "Edit and ask again");
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
    await press(view, "Next version (2 of 3)");
    expect(await view.lastSent()).toEqual({ type: "showSibling", turnId: "a1", index: 2 });
    const [question = questionOf({ id: "q1" })] = sampleTurns;
    const other = answerOf({ id: "a2", text: "Another one.", siblings: { index: 2, count: 3 } });
    await view.post(conversationOf([question, other]));
    expect(await view.focused()).toBe("Next version (3 of 3)");
    await view.page.keyboard.press("Enter");
    // There is none after the last.
    expect((await view.sent()).filter(({ type }) => type === "showSibling")).toHaveLength(1);
    await press(view, "Previous version (3 of 3)");
    expect(await view.lastSent()).toEqual({ type: "showSibling", turnId: "a2", index: 1 });
    await view.close();
  });

  it("can be tried again, branched off and gone on with", async () => {
    const cut = answerOf({ id: "a", isCut: true, canContinue: "here" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), cut])]);
    await press(view, "Retry");
    await press(view, /^Branch/);
    await press(view, "Continue");
    expect((await view.sent()).slice(-3)).toEqual([
      { type: "retry" },
      { type: "branch", turnId: "a" },
      { type: "continue", isElsewhere: false },
    ]);
    const failure = { message: "It broke off.", nextStep: "", isError: true, isBusy: false, button: null };
    await view.post(
      updateOf({ turns: [{ ...cut, isCut: false, canContinue: "elsewhere", state: "failed", failure }] }),
    );
    await press(view, "Continue on Another Node");
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
    await press(view, "Why here?");
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
    await press(view, "Show in Topology");
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
    await press(view, "Copy code");
    await press(view, "Insert at cursor");
    await press(view, /^Apply to the file/);
    await press(view, "Put into a new file");
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
