import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violationsIn } from "../host/driver/axe.ts";
import { comparisonOf, moreOf, sampleColumn, sampleTally } from "../support/compare-view/sample-comparison.ts";
import { openCompareView } from "./support/compare-view.ts";
import { startChromium } from "./support/start-chromium.ts";
import { themeKinds } from "./support/theme-tokens.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

const failure = { message: "No answer.", nextStep: "Ask again.", isError: true, isBusy: false, button: null };
const mixed = comparisonOf([
  sampleColumn("a", {
    text: "# Title\n\nText with `code`.\n\n```js\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    reasoning: "Hm.",
  }),
  sampleColumn("b", { text: "Other words altogether.", isWinner: true, isCut: true }),
  sampleColumn("c", { text: "", state: "failed", figures: [], failure }),
  sampleColumn("d", { text: "Half", state: "stopped", figures: [] }),
]);

describe("the page that compares", () => {
  it.each(themeKinds)("has no fault that axe knows, in %s", async (theme) => {
    const view = await openCompareView(browser, [mixed], { theme, editorReducesMotion: true });
    const { page } = view;
    await page.getByText("Options").click();
    expect(await violationsIn(page.mainFrame())).toEqual([]);
    await page.getByRole("button", { name: "Differences" }).click();
    await view.post(moreOf({ tally: sampleTally }), { type: "showTally" });
    expect(await violationsIn(page.mainFrame())).toEqual([]);
    const blind = ["a", "b"].map((id) => sampleColumn(id, { title: `Answer ${id}`, figures: [] }));
    await view.post(comparisonOf(blind, { blind: "open", count: 3, index: 1 }));
    expect(await violationsIn(page.mainFrame())).toEqual([]);
    expect([...view.complaints, ...(await view.violations())]).toEqual([]);
    await view.close();
  });

  it("can be walked through with keys alone, in the order in which it is read", async () => {
    const view = await openCompareView(browser, [mixed]);
    const { page } = view;
    const walked: string[] = [];
    await page.getByRole("button", { name: "Choose Models…" }).focus();
    for (let step = 0; step < 30 && walked.at(-1) !== "Tally"; step++) {
      walked.push(await view.focused());
      await page.keyboard.press("Tab");
    }
    expect(walked.filter((name, at) => name !== walked[at - 1])).toEqual([
      "Choose Models…",
      "Prompt",
      "Options",
      "One after another, for fair speeds on one machine",
      "Blind",
      "Run Again",
      "Scroll Together",
      "Differences",
      ...["Copy answer", "Ask model-a again", "model-a", "Thoughts", "Copy code", "js"],
      expect.anything(),
      ...["Copy answer", "Ask model-b again", "model-b"],
      ...["Ask model-c again", "model-c"],
      ...["Copy answer", "Ask model-d again", "model-d"],
      "Tally",
    ]);
    await view.close();
  });

  it("keeps the focus on a column's button when its answer ends", async () => {
    const open = sampleColumn("a", { state: "streaming", figures: [] });
    const view = await openCompareView(browser, [comparisonOf([open, sampleColumn("b")], { isRunning: true })]);
    await view.page.getByRole("button", { name: "Stop model-a" }).focus();
    await view.post(moreOf({ columns: [sampleColumn("a", { state: "stopped" })] }));
    expect(await view.focused()).toBe("Copy answer");
    await view.close();
  });

  it.each([300, 700, 1_600])("can be used at %i pixels: nothing is cut off to the side", async (width) => {
    const view = await openCompareView(browser, [mixed], { width });
    await view.post(moreOf({ tally: sampleTally }), { type: "showTally" });
    const outside = await view.page.evaluate(
      (limit) =>
        [...document.querySelectorAll("button, textarea, select, h2, .figures, .column")]
          .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > limit + 0.5)
          .map((each) => each.outerHTML.slice(0, 80)),
      width,
    );
    expect(outside).toEqual([]);
    expect(await view.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await view.close();
  });

  it.each(["the system", "the editor"])("moves nothing for those who have asked %s for less motion", async (who) => {
    const waiting = ["a", "b"].map((id) => sampleColumn(id, { state: "waiting", text: "", figures: [] }));
    const view = await openCompareView(browser, [comparisonOf(waiting, { isRunning: true })], {
      editorReducesMotion: who === "the editor",
    });
    if (who === "the system") await view.page.emulateMedia({ reducedMotion: "reduce" });
    expect(await view.page.evaluate(() => document.getAnimations().length)).toBe(0);
    await view.close();
  });
});
