import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { ToCompareView } from "../../../contract/webview/compare.ts";
import {
  comparisonOf,
  moreOf,
  sampleColumn,
  sampleTally,
  sampleUpdate,
  twoContenders,
} from "../../support/compare-view/sample-comparison.ts";
import { type CompareView, openCompareView } from "./compare-view.ts";
import { startChromium } from "./start-chromium.ts";
import { themeKinds, wearTheme } from "./theme-tokens.ts";

/** Pictures of the page in its states, to be looked at: `node test/view/support/take-compare-screenshots.ts [part of a name]`. */
const folder = resolve(import.meta.dirname, "../../artifacts/compare-view");
mkdirSync(folder, { recursive: true });
const [wanted = ""] = process.argv.slice(2);
const browser = await startChromium();

/** A narrow group of editors, half a window, and a whole one. */
const widths = [400, 900, 1600];

async function take(
  name: string,
  messages: readonly ToCompareView[],
  prepare?: (view: CompareView) => Promise<unknown>,
): Promise<void> {
  if (!name.includes(wanted)) return;
  const view = await openCompareView(browser, messages);
  await prepare?.(view);
  for (const width of widths) {
    await view.page.setViewportSize({ width, height: 800 });
    for (const theme of themeKinds) {
      await wearTheme(view.page, theme);
      await view.drawn();
      await view.page.screenshot({ path: resolve(folder, `${name}-${theme.replace("vscode-", "")}-${width}.png`) });
    }
  }
  const complaints = [...view.complaints, ...(await view.violations())];
  if (complaints.length > 0) process.stderr.write(`${name}: ${complaints.join("\n")}\n`);
  await view.close();
}

const markdown =
  "# Foxes\n\nA fox is a **small** animal:\n\n- it hunts at night\n- it has a bushy tail\n\n```js\nconst fox = { tail: 'bushy' };\n```\n";
const columns = [
  sampleColumn("a", { text: markdown.repeat(3) }),
  sampleColumn("b", { text: "A fox is a large animal.\n\nIt hunts by day.", isCut: true, detail: "gpu box" }),
  sampleColumn("c", { state: "streaming", figures: [], reasoning: "The person asks about foxes." }),
  sampleColumn("d", {
    state: "failed",
    text: "",
    figures: [],
    failure: {
      message: "The place did not answer.",
      nextStep: "Ask again.",
      isError: true,
      isBusy: false,
      button: null,
    },
  }),
];
const mixed = comparisonOf(columns, { isRunning: true });
await take("running", [mixed]);
const two = comparisonOf([
  sampleColumn("a"),
  sampleColumn("b", { text: "A fox is a large animal with a tail.\n\nIt hunts at night." }),
]);
const press = (name: string) => async (view: CompareView) => await view.page.getByRole("button", { name }).click();
await take("differences", [two], press("Differences"));
const blind = comparisonOf(
  columns.slice(0, 3).map((each, index) => ({
    ...each,
    title: `Answer ${"ABC"[index]}`,
    detail: "",
    figures: [],
    state: "done" as const,
  })),
  { blind: "open" },
);
await take("blind", [blind]);
await take("tally", [two, moreOf({ tally: sampleTally }), { type: "showTally" }]);
await take("empty", [sampleUpdate()]);
await take("down", [
  sampleUpdate({
    notice: {
      message: "The node is stopped.",
      nextStep: "Start it to compare.",
      isError: false,
      isBusy: false,
      button: { label: "Start Node", action: "startNode" },
    },
  }),
]);
await take("ready", [sampleUpdate({ contenders: twoContenders })], async (view) => {
  await view.page.getByText("Options").click();
});
await browser.close();
