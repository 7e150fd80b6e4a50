import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { keysList } from "../../contract/rpc/keys.ts";
import { outsideTools } from "../../contract/use-with/index.ts";
import type { ControlConnection } from "../../sidecar/client/control-connection.ts";
import { violationsIn } from "./driver/axe.ts";
import { themeKinds, wearTheme } from "./driver/color-themes.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { UseWithPane } from "./driver/use-with-pane.ts";
import type { Workbench } from "./driver/workbench.ts";

describeEditor("The page Use with…", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let pane: UseWithPane;
  let connection: ControlConnection;

  beforeAll(async () => {
    workbench = await editor.start({
      configuration: "gateway: { port: 0 }\nnode: { lingerSeconds: 2 }\n",
      models: [inject("models").tiny],
    });
    window = await workbench.openWindow();
    pane = await UseWithPane.open(window);
    await pane.model.waitFor();
    connection = await workbench.node.connect();
  });
  afterAll(() => connection?.dispose());

  test("shows each program's settings with the real address and a model that is there", async () => {
    const { url } = (await workbench.node.status()).gateway;
    for (const { label, address } of outsideTools) {
      await pane.choose(label);
      await pane.frame.getByText(address(url), { exact: true }).first().waitFor();
      await pane.snippets.first().waitFor();
    }
  });

  test("copies settings without a key, then with one that was made for this program, which it does not show", async () => {
    await pane.choose("Codex");
    await pane.model.selectOption("tiny");
    await pane.frame.getByText('model = "tiny"').waitFor();
    await pane.button("Copy In a terminal").click();
    await expect.poll(() => window.clipboard(), patience).toBe("export INFERENCE_MESH_KEY=YOUR-KEY");
    await pane.button("Create a Key for This Program").click();
    await pane.button("Copy Key").waitFor();
    await pane.button("Copy In a terminal").click();
    await expect.poll(() => window.clipboard(), patience).toMatch(/^export INFERENCE_MESH_KEY=im-[\w-]{20,}$/);
    const key = (await window.clipboard()).split("=")[1] ?? "";
    expect(await pane.frame.locator("body").innerText()).not.toContain(key);
    await pane.button("Show Key").click();
    await pane.frame.getByText(key, { exact: true }).waitFor();
    await pane.button("Hide Key").click();
    await pane.frame.getByText(key, { exact: true }).waitFor({ state: "detached" });
    expect((await connection.request(keysList, {})).keys.map(({ name }) => name)).toContain("codex");
  });

  test("sends what the program would send when the button is pressed, and says who answered", async () => {
    await pane.button("Test").click();
    await expect.poll(() => pane.outcome.innerText(), patience).toMatch(/^tiny at .+ answered: the first word after/);
    await window.screenshot("use-with-answered");
  });

  test("says what failed, and what to do", async () => {
    await window.palette.run("Mesh: Unload Model…");
    await window.palette.pick("tiny");
    const { models } = await workbench.node.status();
    const { path } = models.find(({ id }) => id === "tiny") ?? { path: "" };
    expect(path).not.toBe("");
    const { truncate } = await import("node:fs/promises");
    await truncate(path, 100);
    await pane.button("Test").click();
    await expect.poll(() => pane.frame.locator(".outcome.is-failed").count(), patience).toBe(1);
    expect((await pane.outcome.innerText()).length).toBeGreaterThan(20);
    await window.screenshot("use-with-failed");
  });

  test("warns of a model that is too small for an agent", async () => {
    await pane.choose("Claude Code");
    await pane.model.selectOption("mesh-guide-demo");
    await pane.frame.locator(".warning").first().waitFor();
  });

  test("can be used with the keyboard alone, and keeps the focus where it was", async () => {
    const nav = pane.frame.getByRole("navigation").getByRole("button", { name: "Continue", exact: true });
    await nav.focus();
    await window.page.keyboard.press("Enter");
    await pane.frame.getByRole("heading", { level: 1, name: "Use with Continue" }).waitFor();
    const focused = (): Promise<string | undefined> =>
      pane.frame.evaluate(() => document.activeElement?.textContent ?? undefined);
    await expect.poll(focused, patience).toBe("Continue");
    await window.page.keyboard.press("Tab");
    await window.page.keyboard.press("Enter");
    await pane.frame.getByRole("heading", { level: 1, name: "Use with Cline" }).waitFor();
  });

  test("has nothing that axe finds wrong in any theme, and nothing cut off at any width", async () => {
    for (const kind of themeKinds) {
      await wearTheme(window, pane.frame, kind);
      expect(await violationsIn(pane.frame), kind).toEqual([]);
      await window.screenshot(`use-with-${kind.replace("vscode-", "")}`);
    }
    await wearTheme(window, pane.frame, "vscode-dark");
    for (const width of [700, 1000, 1600]) {
      await window.page.setViewportSize({ width, height: 900 });
      await expect.poll(() => pane.overflowing(), patience).toEqual([]);
      await window.screenshot(`use-with-${width}`);
    }
    expect(window.ownErrors).toEqual([]);
    expect(
      window.console.filter((line) => line.includes("Content Security Policy") && line.includes("use-with")),
    ).toEqual([]);
  });

  test("comes back with the window, on the program that was chosen", async () => {
    await pane.choose("aider");
    await expect.poll(async () => JSON.stringify(await window.kept()), patience).toContain("aider");
    await window.reload();
    await window.settled();
    pane = await UseWithPane.find(window);
    await pane.frame.getByRole("heading", { level: 1, name: "Use with aider" }).waitFor();
    await pane.model.waitFor();
  });
});
