import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { violationsIn } from "./driver/axe.ts";
import { themeKinds, wearTheme } from "./driver/color-themes.ts";
import { ComparePane } from "./driver/compare-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { TopologyPane } from "./driver/topology-pane.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Longer than a window takes to reload on a busy machine: the node must not end meanwhile. */
const configuration = "gateway: { port: 0 }\nnode: { lingerSeconds: 60 }\n";

describeEditor("Comparing two local models", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let pane: ComparePane;

  const openRequests = async (): Promise<number> => {
    const connection = await workbench.node.connect();
    try {
      return (await workbench.node.status()).openRequests;
    } finally {
      connection.dispose();
    }
  };

  beforeAll(async () => {
    workbench = await editor.start({ configuration, models: [editor.models.tiny, editor.models.slow] });
    window = await workbench.openWindow();
    // The list opens before the node has started; on a busy machine that takes longer than a list is waited for.
    await window.palette.run("Mesh: Start Node");
    pane = await ComparePane.open(window, ["tiny", "slow"]);
  });

  test("asks both the same, and shows both answers with their figures", async () => {
    await expect.poll(() => pane.chosen.count(), patience).toBe(2);
    await pane.limit(24);
    await pane.run("What is a fox?");
    await pane.endedAll(2);
    for (const model of ["tiny", "slow"]) {
      const figures = () => pane.column(model).locator("dt").allInnerTexts();
      await expect.poll(figures, patience).toEqual(["First token", "Tokens/s", "Tokens", "Total"]);
    }
    await window.screenshot("compare-two");
  });

  test("gives the same answers again for the same seed, and keeps the run before", async () => {
    const before = await pane.texts();
    expect(before.every((text) => text.length > 0)).toBe(true);
    await pane.button("Run Again").click();
    await pane.frame.getByText("Run 2 of 2").waitFor();
    await pane.endedAll(2);
    await expect.poll(() => pane.texts(), patience).toEqual(before);
    await pane.button("Previous run").click();
    await pane.frame.getByText("Run 1 of 2").waitFor();
    await expect.poll(() => pane.texts(), patience).toEqual(before);
  });

  test("shows what differs", async () => {
    await pane.button("Differences").click();
    const [base, other] = [pane.columns.first(), pane.columns.last()].map((each) => each.locator(".diff-sum"));
    expect(await base?.innerText()).toBe("The others are compared with this answer.");
    expect(await other?.innerText()).toMatch(/^(Words added|Too different)/);
    await window.screenshot("compare-differences");
    await pane.button("Differences").click();
  });

  test("stops one answer alone, then all, and lets the engine rest", async () => {
    await pane.limit(2000);
    await pane.run("Tell me something long.");
    await pane.button("Stop tiny").click();
    await pane.column("tiny").getByText("Stopped.").waitFor();
    expect(await pane.column("slow").getAttribute("aria-busy")).toBe("true");
    await pane.button("Stop All").click();
    await pane.column("slow").getByText("Stopped.").waitFor();
    await expect.poll(openRequests, patience).toBe(0);
  });

  test("names nobody in a blind comparison until the vote, and counts that", async () => {
    await pane.limit(24);
    await pane.field("Blind").check();
    await pane.run("What is a hare?");
    await pane.endedAll(2);
    const html = await pane.frame.locator(".columns").innerHTML();
    expect(html).not.toMatch(/tiny|slow|This machine|Tokens\/s/);
    await window.screenshot("compare-blind");
    await pane.button("Best: Answer A").click();
    await pane.frame.getByText("Your vote: Answer A is the best.").waitFor();
    await pane.frame.getByRole("region", { name: /^Answer A: (tiny|slow)$/ }).waitFor();
    await window.palette.run("Mesh: Show Compare Tally");
    await pane.frame.getByText("Votes: 1").waitFor();
    await expect.poll(() => pane.frame.getByRole("table").first().getByRole("row").count(), patience).toBe(3);
    await window.screenshot("compare-tally");
  });

  test("writes the votes where a person wants them, as a table and as JSON, and nothing when they turn away", async () => {
    const saved = async (button: string, name: string): Promise<string> => {
      const target = join(workbench.workspace, name);
      await pane.button(button).click();
      await window.palette.input.waitFor();
      await expect.poll(() => window.palette.input.inputValue(), patience).toContain("compare-tally");
      await window.palette.answerPath(target);
      await expect.poll(() => existsSync(target), patience).toBe(true);
      await window.notifications.with(`Saved as ${name}.`).waitFor();
      return readFileSync(target, "utf8");
    };
    await pane.button("Export as CSV").click();
    await window.palette.input.waitFor();
    await expect.poll(() => window.palette.input.inputValue(), patience).toContain("compare-tally");
    await window.palette.dismiss();
    await window.palette.input.waitFor({ state: "hidden" });
    expect(existsSync(join(workbench.workspace, "compare-tally.csv"))).toBe(false);
    const rows = (await saved("Export as CSV", "votes.csv")).trim().split("\r\n");
    expect(rows[0]).toBe("model,against,wins,ties,losses,none");
    expect(rows.slice(1, 3).toSorted()).toEqual([
      expect.stringMatching(/^slow · This machine,,/),
      expect.stringMatching(/^tiny · This machine,,/),
    ]);
    const { contenders } = JSON.parse(await saved("Export as JSON", "votes.json"));
    expect(contenders).toHaveLength(2);
    expect(contenders.map(({ wins }: { wins: number }) => wins).toSorted()).toEqual([0, 1]);
  });

  test("asks before it forgets the votes", async () => {
    await pane.button("Reset Tally…").click();
    await window.dialog.answer(/Forget all votes/, "Cancel");
    await pane.frame.getByText("Votes: 1").waitFor();
  });

  test("has nothing that axe finds wrong in any theme, and loads nothing that its policy refuses", async () => {
    for (const kind of themeKinds) {
      await wearTheme(window, pane.frame, kind);
      expect(await violationsIn(pane.frame), kind).toEqual([]);
      await window.screenshot(`compare-${kind.replace("vscode-", "")}`);
    }
    expect(window.console.filter((line) => /Content.Security.Policy/.test(line) && line.includes("compare"))).toEqual(
      [],
    );
  });

  test("comes back with the window: prompt, models and votes, and says that the answers are gone", async () => {
    await window.reload();
    // The editor starts extensions anew before it gives them their pages back.
    await window.statusBarItem.waitFor();
    pane = await ComparePane.find(window);
    await pane.frame.getByText("The earlier answers were only in the window that has gone.").waitFor();
    await expect.poll(() => pane.prompt.inputValue(), patience).toBe("What is a hare?");
    await expect.poll(() => pane.chosen.allInnerTexts(), patience).toHaveLength(2);
    await pane.frame.getByText("Votes: 1").waitFor();
  });

  test("opens from a model of the topology with that model among the chosen", async () => {
    const topology = await TopologyPane.open(window);
    await topology.line("tiny").click();
    await topology.details.getByRole("button", { name: "Compare…" }).click();
    await window.palette.row("tiny").locator("input[type=checkbox]:checked, .monaco-checkbox.checked").waitFor();
    await window.palette.dismiss();
    expect(window.ownErrors).toEqual([]);
  });
});
