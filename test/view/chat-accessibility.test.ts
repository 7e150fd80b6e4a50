import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noParameters } from "../../contract/webview/chat-composer.ts";
import { violationsIn } from "../host/driver/axe.ts";
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
import { themeKinds } from "./support/theme-tokens.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

const full = composerOf({
  attachments: [
    chipOf({ id: "1", kind: "selection", label: "reverse.py:10-24", tokens: 87 }),
    chipOf({ id: "2", kind: "image", label: "shot", tokens: null, thumbnail: pixel, problem: "It sees no images." }),
  ],
  context: { promptTokens: 9_311, contextTokens: 8_192, isExact: false, warning: "Two turns would be left out." },
  options: { instructions: "Briefly.", parameters: { ...noParameters, seed: 7 } },
});
const failure = { message: "It broke off.", nextStep: "Go on elsewhere.", isError: true, isBusy: false, button: null };
const broken = answerOf({ id: "b", state: "failed", canContinue: "elsewhere", failure });

describe("the chat", () => {
  it.each(themeKinds)("has no fault that axe knows, in %s", async (theme) => {
    const view = await openChatView(browser, [conversationOf(sampleTurns, { composer: full })], {
      theme,
      width: 500,
      editorReducesMotion: true,
    });
    const { page } = view;
    const faults = async (): Promise<unknown> => await violationsIn(page.mainFrame());
    // Everything at once: each part is judged where it stands.
    await page.locator("summary").click();
    await page.getByRole("button", { name: "Why here?" }).click();
    await view.post({ type: "route", turnId: "a1", route: sampleRoute });
    expect(await faults()).toEqual([]);
    await page.getByRole("button", { name: "Edit and ask again" }).click();
    await page.getByRole("button", { name: /^Chat settings/ }).click();
    await page.getByLabel("Seed").fill("x");
    await page.keyboard.press("Tab");
    expect(await faults()).toEqual([]);
    await view.post(
      conversationOf([...sampleTurns, questionOf({ id: "q" }), broken], {
        notice: { ...failure, button: { label: "Start Node", action: "startNode" } },
      }),
    );
    expect(await faults()).toEqual([]);
    await view.post(conversationOf([], { title: "" }));
    expect(await faults()).toEqual([]);
    await view.post(conversationOf([questionOf({ id: "q" }), answerOf({ id: "a", text: "", state: "waiting" })]));
    expect(await faults()).toEqual([]);
    await view.close();
  });

  it("is walked through with Tab in the order in which it is read, and every control says what it is", async () => {
    const view = await openChatView(browser, [conversationOf(sampleTurns, { composer: full })]);
    await view.page.getByRole("log").focus();
    const order: string[] = [];
    for (let at = 0; at < 32 && order.at(-1) !== "Send"; at++) {
      await view.page.keyboard.press("Tab");
      order.push((await view.focused()).split("\n")[0] ?? "");
    }
    expect(order).toEqual([
      "Edit and ask again",
      "Copy question",
      "Previous version (2 of 2)",
      "Next version (2 of 2)",
      "Thoughts",
      "Copy code",
      "Insert at cursor",
      "Apply to the file in front, with a review",
      "Put into a new file",
      "python",
      "the documentation",
      expect.stringContaining("way"),
      "Copy code",
      "Insert at cursor",
      "Apply to the file in front, with a review",
      "Put into a new file",
      "diff",
      "Copy answer",
      "Retry",
      "Branch: begin a new chat from here",
      "Why here?",
      "Previous version (2 of 3)",
      "Next version (2 of 3)",
      "Remove reverse.py:10-24",
      "Remove shot",
      "Question",
      expect.stringMatching(/^Attach…/),
      expect.stringMatching(/^Model: /),
      "Chat settings (changed)",
      "Send",
    ]);
    await view.close();
  });

  it("tells a screen reader when an answer begins and ends, and what was attached, but not each word", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    const spoken = view.page.getByRole("status");
    const waiting = answerOf({ id: "a", text: "", state: "waiting" });
    await view.post(updateOf({ turns: [questionOf({ id: "q" }), waiting] }));
    expect(await spoken.textContent()).toBe("The answer begins.");
    await view.post(updateOf({ appended: [{ turnId: "a", text: "With a slice.", reasoning: "" }] }));
    await view.post(updateOf({ turns: [answerOf({ id: "a" })] }));
    await expect.poll(async () => await spoken.textContent()).toBe("The answer is complete.");
    await view.post(updateOf({ composer: composerOf({ attachments: [chipOf({ id: "1" })] }) }));
    await expect.poll(async () => await spoken.textContent()).toBe("Attached: reverse.py");
    expect(await view.page.getByRole("log").getAttribute("aria-live")).toBe("off");
    await view.close();
  });

  it("moves nothing for those who have asked the editor for less motion", async () => {
    const waiting = answerOf({ id: "a", text: "", state: "waiting" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), waiting])], {
      editorReducesMotion: true,
    });
    expect(await view.page.evaluate(() => document.getAnimations().length)).toBe(0);
    await view.close();
  });

  it.each([
    { how: "170 pixels wide", options: { width: 170, height: 700 } },
    { how: "300 pixels wide", options: { width: 300, height: 700 } },
    { how: "zoomed to 200 %", options: { width: 320, height: 450, scale: 2 } },
  ])("can be used $how: nothing is cut off at the side", async ({ options }) => {
    const view = await openChatView(browser, [conversationOf([...sampleTurns, broken], { composer: full })], options);
    const cutOff = async (): Promise<string[]> =>
      await view.page.evaluate(() =>
        [...document.querySelectorAll("main *")]
          .filter((part) => part.checkVisibility() && part.closest(".spoken-only, pre, .table-scroll, svg") === null)
          .filter((part) => part.getBoundingClientRect().right > innerWidth + 0.5)
          .map((part) => part.outerHTML.slice(0, 100)),
      );
    expect(await cutOff()).toEqual([]);
    await view.page.getByRole("button", { name: "Why here?" }).first().click();
    await view.post({ type: "route", turnId: "a1", route: sampleRoute });
    expect(await cutOff()).toEqual([]);
    await view.page.getByRole("button", { name: /^Chat settings/ }).click();
    await view.page.getByLabel("Seed").fill("x");
    await view.page.keyboard.press("Tab");
    expect(await cutOff()).toEqual([]);
    await reachable(view);
    await view.close();
  });
});

/** Whatever is open, there is room to write and to send. */
async function reachable({ page }: ChatView): Promise<void> {
  const box = await page.getByRole("textbox", { name: "Question", exact: true }).boundingBox();
  const height = page.viewportSize()?.height ?? 0;
  expect((box?.y ?? height) + 20).toBeLessThan(height);
}
