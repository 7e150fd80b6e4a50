import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noParameters } from "../../contract/webview/chat-composer.ts";
import { answerOf, composerOf, conversationOf, questionOf, updateOf } from "../support/chat-view/sample-chat.ts";
import { openChatView } from "./support/chat-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

describe("the settings of a chat", () => {
  it("are told when a field is left, leave out what is empty, and refuse what is out of range in words", async () => {
    const view = await openChatView(browser, [conversationOf([])]);
    await view.press("Chat settings");
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
    await view.press("Chat settings (changed)");
    await view.press("Reset");
    expect(await view.lastSent()).toEqual({
      type: "setOptions",
      options: { instructions: null, parameters: noParameters },
    });
    expect(await view.page.getByLabel("System prompt").inputValue()).toBe("");
    await view.press("Undo Reset");
    expect(await view.lastSent()).toEqual({ type: "setOptions", options });
    expect(await view.page.getByLabel("Seed").inputValue()).toBe("7");
    await view.close();
  });

  it("close with Escape, keep what was written, and give the focus back; an answer goes on meanwhile", async () => {
    const answer = answerOf({ id: "a", state: "streaming", text: "With" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), answer])]);
    await view.press("Chat settings");
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
