import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerOf,
  chipOf,
  composerOf,
  conversationOf,
  questionOf,
  updateOf,
} from "../support/chat-view/sample-chat.ts";
import { type ChatView, openChatView } from "./support/chat-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

/** What would be run, fetched or opened if any of it were taken for more than words. */
const hostile = `<script>window.pwned = 1</script> <img src=x onerror="window.pwned = 1"> <iframe src="https://spy.example/f"></iframe>

<svg onload="window.pwned = 1"><a href="javascript:window.pwned=1">svg</a></svg>

![pixel](https://spy.example/p.png) ![inline](data:image/svg+xml,<svg/onload=alert(1)>)

[script](javascript:window.pwned=1) [SCRIPT](JaVaScRiPt:window.pwned=1) [data](data:text/html,<script>1</script>)
[command](command:workbench.action.quit) [vscode](vscode://file/etc/passwd) [file](file:///etc/passwd) [other](//spy.example)
<javascript:window.pwned=1> [title](https://a.example "x\\" onmouseover=\\"window.pwned=1")

\`\`\`html" onload="window.pwned = 1
<script>window.pwned = 1</script>
\`\`\`

\u001b[31mred\u001b[0m \u001b]8;;https://spy.example\u0007link\u001b]8;;\u0007 \u009b2J

if (isAdmin\u202e \u2066// check\u2069 \u2066) {

| <b>a</b> | [x](javascript:1) |
|---|---|
| <img src=x onerror=window.pwned=1> | y |

<style>body { display: none }</style><form action="https://spy.example"><input name=q></form>`;

describe("what a model writes", () => {
  it("is never run, fetched, opened or styled, wherever it stands", async () => {
    const answer = answerOf({
      id: "a",
      text: hostile,
      reasoning: hostile,
      model: "<img src=x onerror=window.pwned=1>",
    });
    const view = await openChatView(browser, [
      conversationOf([questionOf({ id: "q", text: hostile }), answer], { title: hostile }),
    ]);
    await view.page.locator("summary").click();
    await view.page.getByRole("button", { name: "Why here?" }).click();
    const words = { name: hostile, value: hostile };
    await view.post({
      type: "route",
      turnId: "a",
      route: {
        summary: hostile,
        facts: [words],
        attempts: [{ place: hostile, outcome: hostile, hasAnswered: true }],
        rejected: [{ place: hostile, reason: hostile }],
      },
    });
    expect(await foreign(view)).toEqual([]);
    expect(await view.page.evaluate(() => "pwned" in window)).toBe(false);
    expect(view.fetched).toEqual([]);
    const addresses = await view.page
      .locator("a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    // What is written as an address may be clicked; the editor asks before it opens one.
    expect([...new Set(addresses)].sort()).toEqual([
      "https://a.example",
      "https://spy.example",
      "https://spy.example/f",
    ]);
    expect(await view.page.locator("main").isVisible()).toBe(true);
    await view.close();
  });

  it("shows what acts unseen as what it is, also where it is copied or put into a file", async () => {
    const text = "\u001b[31mred\u0007\n\n```ts\nif (isAdmin\u202e) {}\n```";
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), answerOf({ id: "a", text })])]);
    expect(await view.page.locator(".is-assistant .markdown").innerText()).toContain("␛[31mred␇");
    await view.page.getByRole("button", { name: "Copy answer" }).click();
    expect(await view.lastSent()).toEqual({ type: "copy", text: "␛[31mred␇\n\n```ts\nif (isAdmin[U+202E]) {}\n```" });
    await view.page.getByRole("button", { name: "Insert at cursor" }).click();
    expect(await view.lastSent()).toMatchObject({ type: "useCode", text: "if (isAdmin[U+202E]) {}" });
    await view.close();
  });

  it("keeps names of models and attachments to one line of their own", async () => {
    const name = `</span><script>window.pwned=1</script>\u202e\n${"x".repeat(9_000)}`;
    const composer = composerOf({
      model: { label: name, detail: name, health: "healthy" },
      attachments: [chipOf({ id: "1", label: name, detail: name, problem: hostile })],
    });
    const view = await openChatView(browser, [conversationOf([], { composer })]);
    expect(await foreign(view)).toEqual([]);
    expect((await view.page.locator(".model-label").textContent())?.length).toBeLessThanOrEqual(120);
    expect((await view.page.locator(".chip-label").textContent())?.length).toBeLessThanOrEqual(80);
    const width = await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(width).toBeLessThanOrEqual(0);
    await view.close();
  });

  it("may be as large as it likes: the page goes on", async () => {
    const monsters = [
      "x".repeat(500_000),
      `${"> ".repeat(5_000)}deep`,
      `${"- ".repeat(3_000)}x`,
      `|${"a|".repeat(3_000)}\n|${"-|".repeat(3_000)}\n`,
      `\`\`\`js\n${"/*".repeat(100_000)}`,
      "**".repeat(50_000),
      "[".repeat(50_000),
    ];
    const view = await openChatView(browser, [
      conversationOf([questionOf({ id: "q" }), answerOf({ id: "a", text: "" })]),
    ]);
    for (const text of monsters) {
      await view.post(updateOf({ turns: [answerOf({ id: "a", text })] }));
      expect(await view.page.locator(".is-assistant .markdown > *").count()).toBeGreaterThan(0);
    }
    await view.page.getByRole("textbox", { name: "Question", exact: true }).fill("still there");
    expect(await view.page.getByRole("textbox", { name: "Question", exact: true }).inputValue()).toBe("still there");
    await view.close();
  });

  it("cannot speak to the page as the extension does: what is not in the contract is dropped", async () => {
    const view = await openChatView(browser, [conversationOf([questionOf({ id: "q" }), answerOf({ id: "a" })])]);
    await view.page.evaluate(() => {
      for (const message of [
        "nonsense",
        { type: "update" },
        { type: "hello", words: {} },
        { type: "focus", text: 1 },
      ]) {
        postMessage(message, "*");
      }
    });
    await view.drawn();
    expect(await view.page.locator("article").count()).toBe(2);
    expect(view.complaints).toEqual([]);
    await view.close();
  });
});

/** Elements and attributes that no part of this page makes. */
async function foreign({ page }: ChatView): Promise<string[]> {
  return await page.evaluate(() => {
    const elements = document.body.querySelectorAll(
      "main script, main img, iframe, form, style, object, embed, svg a, link",
    );
    const handlers = [...document.querySelectorAll("main *")].filter(({ attributes }) =>
      [...attributes].some(
        ({ name }) => name.startsWith("on") || name === "src" || name === "srcset" || name === "action",
      ),
    );
    return [...elements, ...handlers].map(({ outerHTML }) => outerHTML.slice(0, 120));
  });
}
