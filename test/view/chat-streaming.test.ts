import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerOf, conversationOf, questionOf, updateOf } from "../support/chat-view/sample-chat.ts";
import { type ChatView, openChatView } from "./support/chat-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

/** What the page did while it was told something, as counts. */
interface Work {
  /** Rounds of changes of the document. */
  readonly rounds: number;
  readonly frames: number;
  /** Paragraphs, headings, items, rows, lines of code and the like that were drawn. */
  readonly drawn: number;
  /** Parts outside of the text of the answer that were touched. */
  readonly touchedElsewhere: number;
}

/** Appends the pieces to the answer, one message each, and counts; `perFrame` messages come within one frame. */
async function stream({ page }: ChatView, pieces: readonly string[], perFrame: number): Promise<Work> {
  return await page.evaluate(
    async ([all, atOnce]) => {
      const blocks = ":is(.markdown > *, li, tr, code > span)";
      const counts = { rounds: 0, frames: 0, drawn: 0, touchedElsewhere: 0 };
      const observer = new MutationObserver((records) => {
        counts.rounds++;
        for (const { target, addedNodes } of records) {
          const part = target instanceof Element ? target : target.parentElement;
          if (part?.closest(".markdown") === null) counts.touchedElsewhere++;
          for (const node of addedNodes) if (node instanceof Element && node.matches(blocks)) counts.drawn++;
        }
      });
      observer.observe(document.querySelector(".turns") ?? document.body, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
      const frame = async (): Promise<void> => {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        counts.frames++;
      };
      for (let at = 0; at < all.length; at += atOnce) {
        for (const text of all.slice(at, at + atOnce)) {
          postMessage(
            { type: "update", isReset: false, turns: [], appended: [{ turnId: "a", text, reasoning: "" }] },
            "*",
          );
        }
        await frame();
      }
      await frame();
      await frame();
      observer.disconnect();
      return counts;
    },
    [pieces, perFrame] as const,
  );
}

const streaming = answerOf({ id: "a", text: "", state: "streaming" });
const begun = conversationOf([questionOf({ id: "q" }), streaming]);

/** 20,000 tokens of some four characters, as a model would write them: sections with words, a list, a table and code. */
function longAnswer(): string[] {
  const section = (index: number): string =>
    `## Part ${index}\n\n${"Some words that say a little. ".repeat(12)}\n\n- one\n- two\n- three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n` +
    `\`\`\`ts\n${"const value = compute(1, 'two'); // three\n".repeat(14)}\`\`\`\n\n`;
  const text = Array.from({ length: 78 }, (_, index) => section(index)).join("");
  return text.match(/[\s\S]{1,4}/g) ?? [];
}

describe("a long answer", () => {
  it("of 20,000 tokens draws only its last block anew at each update, and touches nothing else", async () => {
    const well = answerOf({ id: "a", text: "Well.\n\n", state: "streaming" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), well])]);
    const pieces = longAnswer();
    expect(pieces.length).toBeGreaterThan(19_000);
    // Eight tokens with each update: as much work for each as with two, and a fourth of the time.
    const updates = pieces.reduce<string[]>((all, piece, index) => {
      if (index % 8 === 0) all.push(piece);
      else all[all.length - 1] += piece;
      return all;
    }, []);
    const { rounds, drawn, touchedElsewhere } = await stream(view, updates, 1);
    expect(touchedElsewhere).toBe(0);
    expect(rounds).toBeLessThanOrEqual(updates.length);
    // One block, or one line or item of it, for each update; where a block ends, the next one begins as well.
    expect(drawn / updates.length).toBeLessThan(3);
    expect(await view.page.locator(".is-assistant .markdown > h4").count()).toBe(78);
    expect(view.complaints).toEqual([]);
    await view.close();
  });

  it.each([
    {
      what: "code of 5,000 lines",
      line: "const value = compute(1, 'two'); // three\n",
      head: "```ts\n",
      selector: "code > span",
    },
    { what: "a list of 2,000 items", line: "- an item of some words\n", head: "", selector: "li" },
    { what: "a table of 2,000 rows", line: "| a | b |\n", head: "| x | y |\n|---|---|\n", selector: "tbody tr" },
  ])("that is $what draws a line of it for each that comes", async ({ line, head, selector }) => {
    const view = await openChatView(browser, [begun]);
    const many = head.startsWith("`") ? 5_000 : 2_000;
    await view.post(updateOf({ appended: [{ turnId: "a", text: head + line.repeat(many), reasoning: "" }] }));
    expect(await view.page.locator(`.is-assistant ${selector}`).count()).toBeGreaterThanOrEqual(many);
    const { drawn } = await stream(
      view,
      Array.from({ length: 50 }, () => line),
      1,
    );
    // The line that was open, and the new one.
    expect(drawn).toBeLessThanOrEqual(2 * 50 + 2);
    await view.close();
  });

  it("is drawn once a frame, however fast its pieces come", async () => {
    const view = await openChatView(browser, [begun]);
    const pieces = Array.from({ length: 1_000 }, (_, index) => `word ${index} `);
    const { rounds, frames } = await stream(view, pieces, 50);
    expect(frames).toBeLessThan(30);
    expect(rounds).toBeLessThanOrEqual(frames);
    expect(await view.page.locator(".is-assistant .markdown").innerText()).toContain("word 999");
    await view.close();
  });

  it("does not draw thoughts that are folded", async () => {
    const thinking = answerOf({ id: "a", text: "Words.", reasoning: "Thoughts.", state: "streaming" });
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), thinking])]);
    await view.post(updateOf({ appended: [{ turnId: "a", text: "", reasoning: " More.\n\n".repeat(1_000) }] }));
    expect(await view.page.locator(".thoughts .markdown > *").count()).toBe(0);
    await view.page.locator("summary").click();
    expect(await view.page.locator(".thoughts .markdown > *").count()).toBe(1_000);
    await view.close();
  });

  it("is followed while one is at its end, left alone while one reads above it, and followed again from the button", async () => {
    const view = await openChatView(browser, [begun]);
    const grow = async (): Promise<void> =>
      await view.post(updateOf({ appended: [{ turnId: "a", text: "Some words.\n\n".repeat(60), reasoning: "" }] }));
    const fromEnd = async (): Promise<number> =>
      await view.page
        .getByRole("log")
        .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
    await grow();
    expect(await fromEnd()).toBeLessThan(2);
    await view.page.getByRole("log").evaluate((log) => {
      log.scrollTop = 100;
    });
    await view.drawn();
    await grow();
    expect(await view.page.getByRole("log").evaluate(({ scrollTop }) => scrollTop)).toBe(100);
    await view.page.getByRole("button", { name: "Scroll to the end" }).click();
    await grow();
    expect(await fromEnd()).toBeLessThan(2);
    await view.close();
  });

  it("keeps what is selected in a block that is complete", async () => {
    const view = await openChatView(browser, [begun]);
    await view.post(updateOf({ appended: [{ turnId: "a", text: "First words.\n\nSecond", reasoning: "" }] }));
    await view.page.locator(".markdown > p").first().selectText();
    await stream(view, [" and", " more", ".\n\nThird"], 1);
    expect(await view.page.evaluate(() => String(getSelection()))).toBe("First words.");
    await view.close();
  });

  it("is stopped by a press during which more of it comes", async () => {
    const view = await openChatView(browser, [begun]);
    const box = await view.page.getByRole("button", { name: "Stop", exact: true }).boundingBox();
    if (box === null) throw new Error("There is no button to stop with.");
    await view.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await view.page.mouse.down();
    await stream(view, ["more ", "words"], 1);
    await view.page.mouse.up();
    await expect.poll(async () => (await view.sent()).filter(({ type }) => type === "stop")).toHaveLength(1);
    await view.close();
  });
});
