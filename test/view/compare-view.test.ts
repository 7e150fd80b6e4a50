import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  comparisonOf,
  moreOf,
  sampleColumn,
  sampleRun,
  sampleTally,
  sampleUpdate,
  twoContenders,
} from "../support/compare-view/sample-comparison.ts";
import { CompareView, openCompareView } from "./support/compare-view.ts";
import { startChromium } from "./support/start-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => await browser?.close());

const paragraphs = (count: number, text: string): string => Array.from({ length: count }, () => text).join("\n\n");
const column = ({ page }: CompareView, name: string): Locator => page.getByRole("region", { name, exact: true });
const button = ({ page }: CompareView, name: string | RegExp): Locator =>
  page.getByRole("button", { name, exact: typeof name === "string" });
/** As with a key: what is not offered now can be reached all the same. */
const press = async (view: CompareView, name: string): Promise<void> => {
  await button(view, name).focus();
  await view.page.keyboard.press("Enter");
};

describe("the page that compares, in a real browser", () => {
  it("says hello with whom it had chosen, and leads from nothing to a run", async () => {
    const view = await openCompareView(browser, [sampleUpdate()]);
    const { page } = view;
    expect(await view.sent()).toEqual([{ type: "ready", contenders: [] }]);
    await page.getByText("Choose two to four models").waitFor();
    // What is missing is what the button leads to.
    await press(view, "Run");
    expect((await view.sent()).at(-1)).toEqual({ type: "pickModels" });
    await view.post(moreOf({ contenders: twoContenders }), { type: "focus" });
    expect(await view.focused()).toBe("Prompt");
    await press(view, "Run");
    expect(await view.focused()).toBe("Prompt");
    await page.keyboard.type("What is");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("a fox?");
    await page.getByLabel("Blind").check();
    await page.getByText("Options").click();
    await page.getByLabel("Seed").fill("7");
    await page.getByLabel("Temperature").fill("");
    await page.getByLabel("Prompt", { exact: true }).press("Enter");
    expect((await view.sent()).at(-1)).toEqual({
      type: "run",
      question: {
        prompt: "What is\na fox?",
        instructions: "",
        parameters: { temperature: null, maxTokens: 1024, seed: 7 },
        isInTurn: false,
        isBlind: true,
      },
    });
    await view.close();
  });

  it("does not run with a number that no model takes, and leads to it", async () => {
    const view = await openCompareView(browser, [sampleUpdate({ contenders: twoContenders })]);
    const { page } = view;
    await page.getByLabel("Prompt", { exact: true }).fill("Hello");
    await page.getByText("Options").click();
    await page.getByLabel("Temperature").fill("3");
    expect(await page.getByLabel("Temperature").getAttribute("aria-invalid")).toBe("true");
    await page.getByText("Options").click();
    await press(view, "Run");
    expect(await view.focused()).toBe("Temperature");
    expect((await view.sent()).map(({ type }) => type)).not.toContain("run");
    await view.close();
  });

  it("does not run while the node cannot answer, and says why with a way out", async () => {
    const button = { label: "Start Node", action: "startNode" as const };
    const notice = { message: "The node is stopped.", nextStep: "Start it.", isError: false, isBusy: false, button };
    const view = await openCompareView(browser, [sampleUpdate({ contenders: twoContenders, notice })]);
    await view.page.getByLabel("Prompt", { exact: true }).fill("Hello");
    await view.page.getByLabel("Prompt", { exact: true }).press("Enter");
    await view.page.getByRole("button", { name: "Start Node" }).click();
    expect((await view.sent()).slice(1)).toEqual([{ type: "act", action: "startNode" }]);
    await view.close();
  });

  it("shows answers as they are written, and tells once that each has ended", async () => {
    const open = { state: "streaming" as const, figures: [] };
    const columns = [sampleColumn("a", { ...open, text: "One" }), sampleColumn("b", { ...open, text: "" })];
    const view = await openCompareView(browser, [comparisonOf(columns, { isRunning: true })]);
    await view.post(
      moreOf({
        appended: [
          { columnId: "a", text: " **two**", reasoning: "" },
          { columnId: "b", text: "Other", reasoning: "Thinking." },
        ],
      }),
    );
    expect(await column(view, "model-a").locator("strong").textContent()).toBe("two");
    expect(await column(view, "model-b").locator(".column-body").innerText()).toContain("Other");
    expect(await column(view, "model-a").getAttribute("aria-busy")).toBe("true");
    const spoken = view.page.getByRole("status");
    expect(await spoken.textContent()).toBe("");
    await view.post(moreOf({ columns: [sampleColumn("a", { text: "One **two**" })] }));
    expect(await spoken.textContent()).toBe("model-a is complete, 1 of 2.");
    await button(view, "Stop model-b").click();
    expect((await view.sent()).at(-1)).toEqual({ type: "stop", columnId: "b" });
    await view.page.keyboard.press("Escape");
    expect((await view.sent()).at(-1)).toEqual({ type: "stop", columnId: null });
    await view.close();
  });

  it("keeps the paragraphs of an answer apart", async () => {
    const view = await openCompareView(browser, [comparisonOf([sampleColumn("a"), sampleColumn("b")])]);
    const boxes = await column(view, "model-a")
      .locator(".markdown p")
      .evaluateAll((all) =>
        all.map((each) => each.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom })),
      );
    expect(boxes).toHaveLength(2);
    expect((boxes[1]?.top ?? 0) - (boxes[0]?.bottom ?? 0)).toBeGreaterThan(4);
    await view.close();
  });

  it("makes nothing of what a model writes but text and its own formatting", async () => {
    const text = "<img src=x onerror=alert(1)> ![x](https://example.com/x.png) [run](command:workbench.action.quit)";
    const view = await openCompareView(browser, [
      comparisonOf([sampleColumn("a", { text }), sampleColumn("b", { text })]),
    ]);
    await button(view, "Differences").click();
    expect(await view.page.locator("img, script:not([src]), a").count()).toBe(0);
    expect([...(await view.violations()), ...view.complaints]).toEqual([]);
    await view.close();
  });

  it("marks what differs from the base by more than colour, and the base can be another one", async () => {
    const columns = [sampleColumn("a", { text: "A small fox." }), sampleColumn("b", { text: "A large red fox." })];
    const view = await openCompareView(browser, [comparisonOf(columns)]);
    await button(view, "Differences").click();
    const marks = async (name: string): Promise<string[]> =>
      await column(view, name)
        .locator("ins, del")
        .evaluateAll((all) =>
          all.map((each) => `${getComputedStyle(each).textDecorationLine} ${each.textContent?.trim() ?? ""}`),
        );
    expect(await marks("model-a")).toEqual([]);
    expect(await marks("model-b")).toEqual(["line-through missing:small", "underline added:large red"]);
    expect(await column(view, "model-b").locator(".diff-sum").textContent()).toBe(
      "Words added: 2, missing: 1. The same: 57\u00a0%",
    );
    await view.page.getByLabel("Compared with").selectOption({ label: "model-b" });
    expect(await marks("model-b")).toEqual([]);
    expect(await marks("model-a")).toEqual(["line-through missing:large red", "underline added:small"]);
    await button(view, "Differences").click();
    expect(await view.page.locator("ins, del").count()).toBe(0);
    await view.close();
  });

  it("waits with differences until all is written", async () => {
    const view = await openCompareView(browser, [
      comparisonOf([sampleColumn("a"), sampleColumn("b", { state: "streaming" })], { isRunning: true }),
    ]);
    await button(view, "Differences").click();
    await view.page.getByText("Differences are shown when the answers are complete.").waitFor();
    expect(await view.page.locator(".diff").count()).toBe(0);
    await view.post(moreOf({ columns: [sampleColumn("b")], run: sampleRun() }));
    expect(await column(view, "model-b").locator(".diff-sum").textContent()).toBe("The same words.");
    await view.close();
  });

  it("scrolls columns together, block by block, and apart when that is turned off", async () => {
    const columns = [
      sampleColumn("a", { text: paragraphs(30, "short") }),
      sampleColumn("b", { text: paragraphs(30, "long ".repeat(60)) }),
    ];
    const view = await openCompareView(browser, [comparisonOf(columns)]);
    const [left, right] = [column(view, "model-a"), column(view, "model-b")].map((each) =>
      each.locator(".column-body"),
    );
    const share = async (body: Locator | undefined): Promise<number> =>
      (await body?.evaluate((each) => each.scrollTop / (each.scrollHeight - each.clientHeight))) ?? Number.NaN;
    const scroll = async (body: Locator | undefined, to: number): Promise<void> => {
      await body?.evaluate((each, part) => {
        each.scrollTop = part * (each.scrollHeight - each.clientHeight);
      }, to);
      await view.drawn();
    };
    await scroll(left, 0.5);
    expect(await share(right)).toBeCloseTo(0.5, 1);
    await scroll(right, 1);
    expect(await share(left)).toBe(1);
    await button(view, "Scroll Together").click();
    await scroll(right, 0);
    expect(await share(left)).toBe(1);
    await view.close();
  });

  it("takes a blind vote by key, and then tells what it was", async () => {
    const blind = ["a", "b"].map((id, index) => sampleColumn(id, { title: `Answer ${"AB"[index]}`, figures: [] }));
    const view = await openCompareView(browser, [comparisonOf(blind, { blind: "open" })]);
    await press(view, "Best: Answer B");
    expect((await view.sent()).at(-1)).toEqual({ type: "vote", vote: { kind: "best", columnId: "b" } });
    const revealed = [
      sampleColumn("a", { title: "Answer A: x" }),
      sampleColumn("b", { title: "Answer B: y", isWinner: true }),
    ];
    const outcome = "Your vote: Answer B is the best.";
    await view.post(moreOf({ columns: revealed, run: sampleRun({ blind: "revealed", outcome }), tally: sampleTally }));
    expect(await view.focused()).toBe(outcome);
    await column(view, "Answer B: y").getByText("Your vote: the best").waitFor();
    await view.close();
  });

  it("offers no vote before there are answers enough", async () => {
    const open = [sampleColumn("a"), sampleColumn("b", { state: "streaming" })];
    const view = await openCompareView(browser, [comparisonOf(open, { isRunning: true, blind: "early" })]);
    await view.page.getByText("You can vote when all answers are complete.").waitFor();
    expect(await button(view, /^Best/).count()).toBe(0);
    await view.post(
      moreOf({ columns: [sampleColumn("b", { text: "", state: "failed" })], run: sampleRun({ blind: "early" }) }),
    );
    await view.page.getByText("There are too few answers for a vote.").waitFor();
    await button(view, "Show Names").click();
    expect((await view.sent()).at(-1)).toEqual({ type: "reveal" });
    await view.close();
  });

  it("shows the tally as tables, and hands on what is to become of it", async () => {
    const view = await openCompareView(browser, [sampleUpdate({ tally: sampleTally }), { type: "showTally" }]);
    expect(await view.focused()).toBe("Tally");
    const rows = await view.page.getByRole("table").first().getByRole("row").allInnerTexts();
    expect(rows[1]?.split("\t")).toEqual(["Qwen3 4B · This machine", "60 %", "3", "1", "1", "0"]);
    for (const name of ["Export as CSV", "Export as JSON", "Reset Tally…"]) await button(view, name).click();
    expect((await view.sent()).slice(1)).toEqual([
      { type: "exportTally", format: "csv" },
      { type: "exportTally", format: "json" },
      { type: "resetTally" },
    ]);
    await button(view, "Tally").click();
    expect(await view.page.getByRole("table").count()).toBe(0);
    await view.close();
  });

  it("goes back to an earlier run", async () => {
    const view = await openCompareView(browser, [
      comparisonOf([sampleColumn("a"), sampleColumn("b")], { index: 1, count: 2 }),
    ]);
    await view.page.getByText("Run 2 of 2").waitFor();
    await press(view, "Next run");
    await button(view, "Previous run").click();
    expect((await view.sent()).slice(1)).toEqual([{ type: "showRun", index: 0 }]);
    await view.close();
  });

  it("keeps what was typed and chosen over a reload, and says that the answers are gone", async () => {
    const view = await CompareView.open(browser);
    await view.page.getByLabel("Prompt", { exact: true }).fill("What is a fox?");
    await view.post(comparisonOf([sampleColumn("a"), sampleColumn("b")]));
    await view.load();
    expect(await view.page.getByLabel("Prompt", { exact: true }).inputValue()).toBe("What is a fox?");
    expect(await view.sent()).toEqual([{ type: "ready", contenders: [{ model: "model-a" }, { model: "model-b" }] }]);
    await view.post(sampleUpdate({ contenders: twoContenders }));
    await view.page.getByText("The earlier answers were only in the window that has gone.").waitFor();
    const kept = await view.page.evaluate(() => sessionStorage.getItem("state") ?? "");
    expect(kept).not.toContain("bushy");
    await view.close();
  });
});
