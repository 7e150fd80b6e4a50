import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backendsList } from "../../contract/rpc/backends.ts";
import { TestNode } from "../support/test-node.ts";
import { AddServerFlow } from "./driver/add-server-flow.ts";
import { chooseColorTheme, themeMs } from "./driver/color-themes.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

/** How often a server is asked unless told otherwise, and what the tree may need on top, in milliseconds. */
const noticeMs = 15_000 + 6_000;

describeEditor("Servers", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let flow: AddServerFlow;
  let other: TestNode;
  let url: string;

  const row = (text: string | RegExp): Locator => window.sideBar.row(text);
  const theme = async (name: string, worn: "vs" | "vs-dark"): Promise<void> => {
    await chooseColorTheme(window, name);
    await window.page.locator(`.monaco-workbench.${worn}`).waitFor({ timeout: themeMs });
  };
  const chooseInMenuOf = async (name: string, entry: string, effect: Locator): Promise<void> => {
    await row(new RegExp(name)).click({ button: "right" });
    await window.page.locator(".monaco-menu .action-item", { hasText: new RegExp(`^${entry}$`) }).hover();
    // A click that comes too soon after the menu's opening counts as its opening.
    await window.page.keyboard.press("Enter");
    // While the tree is drawn anew the editor does not know which row its menu belongs to: then the person is asked.
    const asked = window.palette.row(name);
    await effect.or(asked).first().waitFor();
    if (await asked.isVisible()) await asked.click();
    await effect.waitFor();
  };

  beforeAll(async () => {
    other = await TestNode.create({ models: [editor.models.tiny] });
    await other.attach();
    ({ url } = (await other.status()).gateway);
    workbench = await editor.start({
      configuration: "gateway: { port: 0 }\nnode: { name: bench, lingerSeconds: 2 }\n",
    });
    window = await workbench.openWindow();
    flow = new AddServerFlow(window);
    await window.sideBar.open(containerName);
    await row("bench").first().waitFor();
  });
  afterAll(async () => {
    await other.dispose();
  });

  test("are asked for step by step, with what was typed kept on the way back", async () => {
    for (const [name, look, worn] of [
      ["Light 2026", "light", "vs"],
      ["Dark 2026", "dark", "vs-dark"],
    ] as const) {
      await theme(name, worn);
      await flow.open();
      await window.screenshot(`add-server-1-kind-${look}`);
      await flow.chooseKind("Another node");
      await flow.at(2);
      await window.palette.type("http://169.254.169.254");
      await expect.poll(() => flow.remark(), patience).toContain("Link-local");
      await window.screenshot(`add-server-2-refused-${look}`);
      await window.palette.type("127.0.0.1:9/v1");
      await expect.poll(() => flow.remark(), patience).toContain("Used as http://127.0.0.1:9");
      await window.screenshot(`add-server-2-address-${look}`);
      await flow.enter();
      await flow.at(3);
      await expect.poll(() => window.palette.input.inputValue(), patience).toBe("another-node");
      await window.screenshot(`add-server-3-name-${look}`);
      await flow.back();
      await flow.at(2);
      await expect.poll(() => window.palette.input.inputValue(), patience).toBe("127.0.0.1:9/v1");
      await flow.enter();
      await flow.at(3);
      await flow.enter();
      await flow.at(4);
      await flow.keyInput.waitFor();
      await window.screenshot(`add-server-4-key-${look}`);
      await flow.enter();
      await flow.at(5);
      await window.screenshot(`add-server-5-privacy-${look}`);
      await window.palette.dismiss();
    }
  });

  test("that do not answer are shown with what is wrong, and can be corrected or added all the same", async () => {
    await flow.open();
    await flow.chooseKind("Another node");
    await flow.at(2);
    await window.palette.answer("http://127.0.0.1:9");
    await flow.at(3);
    await window.palette.answer("tower");
    await flow.at(4);
    await flow.keyInput.fill(other.key);
    await flow.enter();
    await flow.at(5);
    await window.palette.pick("As far as the address tells");
    await window.dialog.element.filter({ hasText: "cannot be reached" }).waitFor();
    await window.screenshot("add-server-6-failed");
    await window.dialog.answer("cannot be reached", "Change…");
    await flow.at(2);
    await expect.poll(() => window.palette.input.inputValue(), patience).toBe("http://127.0.0.1:9");
    await window.palette.answer(url);
    // All else is as it was typed before, the key included.
    await flow.at(3);
    await flow.enter();
    await flow.at(4);
    await flow.enter();
    await flow.at(5);
    await window.palette.pick("As far as the address tells");
    await row(/tower\s*Inference Mesh/).waitFor();
    await expect.poll(() => row(/tower/).getAttribute("aria-selected"), patience).toBe("true");
    await window.notifications.with("answers").waitFor();
    await window.screenshot("add-server-7-added");
  });

  test("are renamed, and say so in their row", async () => {
    await window.palette.run("Mesh: Rename Server…");
    await window.palette.pick("tower");
    await expect.poll(() => flow.remark(), patience).toContain("What people see");
    await window.palette.answer("Tower in the cellar");
    await row(/Tower in the cellar/).waitFor();
  });

  test("show what can be changed, with what it is now", async () => {
    await chooseInMenuOf("Tower in the cellar", "Edit Server…", window.palette.row("Weight"));
    await expect
      .poll(() => window.palette.labels(), patience)
      .toEqual(["Label", "Address", "Key", "Privacy", "Priority", "Weight", "Requests at once"]);
    await window.screenshot("edit-server");
    await window.palette.pick("Weight");
    await expect.poll(() => flow.remark(), patience).toContain("Its share");
    await window.palette.answer("7");
    const weight = async (): Promise<number | undefined> => {
      const connection = await workbench.node.connect();
      const { backends } = await connection.request(backendsList, {});
      connection.dispose();
      return backends.find(({ id }) => id === "tower")?.weight;
    };
    await expect.poll(weight, patience).toBe(7);
  });

  test("of Continue's settings are imported, with a key after a yes that never shows it", async () => {
    const folder = join(dirname(workbench.workspace), "home/.continue");
    await mkdir(folder);
    const model = { name: "Cellar", provider: "openai", apiBase: `${url.replace("127.0.0.1", "localhost")}/v1` };
    // JSON is YAML.
    await writeFile(join(folder, "config.yaml"), JSON.stringify({ models: [{ ...model, apiKey: other.key }] }));
    await window.palette.run("Mesh: Import Servers…");
    await window.palette.row("Cellar").waitFor();
    await window.screenshot("import-servers");
    await window.page.keyboard.press("Enter");
    await window.dialog.element.filter({ hasText: "Take over keys as well?" }).waitFor();
    expect(await window.page.locator("body").innerText()).not.toContain(other.key);
    await window.screenshot("import-keys");
    await window.dialog.answer("Take over keys as well?", "Take Keys Over");
    await row(/^cellar\s*Inference Mesh/).waitFor();
    await window.notifications.with("Servers added: 1.").waitFor();
    await window.screenshot("import-done");
  });

  test("are turned off and on by their row's menu", async () => {
    await chooseInMenuOf("Tower in the cellar", "Disable", row(/Tower in the cellar.*disabled/));
    // Its models are drawn last: until then the editor does not know which row a button belongs to.
    await row(/^tiny\s*disabled/)
      .first()
      .waitFor();
    await window.sideBar.pressInRow(row(/Tower in the cellar/), "Enable");
    await expect.poll(() => row(/Tower in the cellar/).innerText(), patience).not.toContain("disabled");
  });

  test("say in their row that they have gone", async () => {
    process.kill(other.pid, "SIGKILL");
    await row(/Tower in the cellar.*unhealthy/).waitFor({ timeout: noticeMs });
    await window.screenshot("server-gone");
  });

  test("are removed after a question, and come back by Undo", async () => {
    await window.palette.run("Mesh: Remove Server…");
    await window.palette.pick("Tower in the cellar");
    await window.screenshot("remove-server");
    await window.dialog.answer("Remove Tower in the cellar?", "Remove");
    await row(/Tower in the cellar/).waitFor({ state: "detached" });
    const removed = window.notifications.with("without its key");
    await removed.waitFor();
    await window.notifications.press(removed, "Undo");
    await row(/Tower in the cellar/).waitFor();
  });

  test("end without an error of ours on the console, and without leftovers", async () => {
    expect(window.ownErrors).toEqual([]);
    expect(await workbench.stop()).toEqual({ processes: [], files: [] });
  });
});
