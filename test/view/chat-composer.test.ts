import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerOf,
  chipOf,
  composerOf,
  conversationOf,
  pixel,
  questionOf,
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

describe("the composer", () => {
  it("says which model is asked, and leaves the choice to the editor's own list", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    const button = view.page.getByRole("button", { name: /^Model: qwen3-4b-instruct/ });
    expect(await button.getAttribute("title")).toContain("8K · 41 tokens/s · local");
    await button.click();
    expect(await view.lastSent()).toEqual({ type: "pickModel" });
    await view.post(updateOf({ composer: composerOf({ model: null }) }));
    await view.press("Model: Choose Model");
    expect(await view.lastSent()).toEqual({ type: "pickModel" });
    await view.close();
  });

  it("sends with Enter, breaks the line with Shift+Enter, and goes through what was asked with the arrows", async () => {
    const view = await openChatView(browser, [conversationOf(short)]);
    const { keyboard } = view.page;
    await view.prompt.focus();
    await keyboard.type("one");
    await keyboard.press("Shift+Enter");
    await keyboard.type("two");
    await keyboard.press("Enter");
    expect(await view.sent()).toContainEqual({ type: "send", text: "one\ntwo" });
    expect(await view.prompt.inputValue()).toBe("");
    await keyboard.press("ArrowUp");
    expect(await view.prompt.inputValue()).toBe("How do I reverse a string?");
    await keyboard.press("ArrowDown");
    expect(await view.prompt.inputValue()).toBe("");
    await view.close();
  });

  it("keeps what is sent in the moment in which nothing can be asked any more", async () => {
    const view = await openChatView(browser, [conversationOf(short)]);
    await view.prompt.fill("Well?");
    await view.prompt.focus();
    const notice = { message: "The node is starting…", nextStep: "", isError: false, isBusy: true, button: null };
    // Told, and not drawn yet when the key comes.
    await view.page.evaluate((update) => {
      dispatchEvent(new MessageEvent("message", { data: update }));
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
      );
    }, updateOf({ notice }));
    await view.drawn();
    expect(await view.prompt.inputValue()).toBe("Well?");
    expect((await view.sent()).some(({ type }) => type === "send")).toBe(false);
    await view.close();
  });

  it("sends with Ctrl+Enter for those who have chosen that", async () => {
    const view = await openChatView(browser, [conversationOf(short)], { sendsWith: "ctrlEnter" });
    const { keyboard } = view.page;
    await view.prompt.focus();
    await keyboard.type("one");
    await keyboard.press("Enter");
    await keyboard.type("two");
    expect(await view.prompt.inputValue()).toBe("one\ntwo");
    await keyboard.press("Control+Enter");
    expect(await view.sent()).toContainEqual({ type: "send", text: "one\ntwo" });
    await view.close();
  });

  it("tells what is being written when one pauses, and once when it is sent", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await view.prompt.fill("half a question");
    await expect.poll(async () => await view.lastSent()).toEqual({ type: "draft", text: "half a question" });
    await view.prompt.press("Enter");
    expect((await view.sent()).slice(-2)).toEqual([
      { type: "draft", text: "" },
      { type: "send", text: "half a question" },
    ]);
    await view.close();
  });

  it("keeps what is being written when the page is thrown away", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await view.prompt.fill("half a question");
    await view.load();
    expect(await view.prompt.inputValue()).toBe("half a question");
    await view.close();
  });

  it("takes a text from elsewhere without sending it, and undo brings back one's own", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await view.prompt.fill("mine");
    await view.post({ type: "focus", text: "theirs" });
    expect(await view.prompt.inputValue()).toBe("theirs");
    await view.page.keyboard.press("Control+z");
    expect(await view.prompt.inputValue()).toBe("mine");
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
    await view.press("Remove photo");
    expect(await view.lastSent()).toEqual({ type: "detach", attachmentId: "3" });
    expect(await view.focused()).toBe("Remove src/");
    await view.page.keyboard.press("Delete");
    expect(await view.lastSent()).toEqual({ type: "detach", attachmentId: "2" });
    expect(await view.focused()).toBe("Remove a.ts");
    await view.page.keyboard.press("Enter");
    expect(await view.focused()).toBe("Question");
    await view.press(/^Attach…/);
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
