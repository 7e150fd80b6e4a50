import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

/** A name that looks like somebody's key: what is shared with others must not hold it. */
const secretName = "hf_abcdefghijklmnopqrstuvwxyz";

describeEditor("The commands", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;

  beforeAll(async () => {
    const configuration = `gateway: { port: 0 }\nnode: { lingerSeconds: 2, name: desk ${secretName} }\n`;
    workbench = await editor.start({ configuration, models: [editor.models.tiny] });
    window = await workbench.openWindow();
    await window.sideBar.open(containerName);
    await window.sideBar.row("tiny").waitFor();
  });

  const gatewayUrl = async (): Promise<string> => {
    const connection = await workbench.node.connect();
    const { gateway } = await workbench.node.status();
    connection.dispose();
    return gateway.url;
  };

  test("copy the gateway's address", async () => {
    const address = `${await gatewayUrl()}/v1`;
    await window.palette.run("Mesh: Copy Gateway Address");
    await expect.poll(() => window.clipboard(), patience).toBe(address);
    await window.notifications.with(`Copied ${address}.`).waitFor();
  });

  test("copy the gateway's key only after a question", async () => {
    const before = await window.clipboard();
    await window.palette.run("Mesh: Copy Gateway Key…");
    await window.dialog.answer("Whoever has the gateway's key", "Cancel");
    expect(await window.clipboard()).toBe(before);
    await window.palette.run("Mesh: Copy Gateway Key…");
    await window.dialog.answer("Whoever has the gateway's key", "Copy Key");
    await expect.poll(() => window.clipboard(), patience).toBe(workbench.node.key);
  });

  test("load and free a model that is chosen from a list", async () => {
    await window.palette.run("Mesh: Load Model…");
    await window.palette.row("tiny").waitFor();
    await expect.poll(() => window.palette.labels(), patience).toEqual([demoModel, "tiny", "Add a model file…"]);
    await window.palette.pick("tiny");
    await window.sideBar.row(/tiny\s*loaded/).waitFor();
    await window.palette.run("Mesh: Unload Model…");
    await window.palette.row("tiny").waitFor();
    await expect.poll(() => window.palette.labels(), patience).toEqual(["tiny"]);
    await window.palette.pick("tiny");
    await window.sideBar.row(/tiny\s*not loaded/).waitFor();
  });

  test("add a model file where it is, load it, and choose it for the chat", async () => {
    const path = join(workbench.workspace, "added.gguf");
    await copyFile(editor.models.tiny, path);
    await window.palette.run("Mesh: Add Model File…");
    // The editor's own dialog begins in the folder that is open.
    await window.palette.pick("added.gguf");
    await expect.poll(() => workbench.node.log, patience).toContain('"model":"added"');
    const chat = await ChatPane.open(window);
    // People see the name in its header, which is the one that it was made with.
    await expect.poll(() => chat.model.innerText(), patience).toContain("tiny");
  });

  test("show the log", async () => {
    await window.palette.run("Mesh: Show Log");
    await expect.poll(() => window.outputChannel(), patience).toBe("Inference Mesh");
  });

  test("collect diagnostics without keys, tokens and names that look like them", async () => {
    await window.palette.run("Mesh: Collect Diagnostics");
    await window.page.locator(".view-line", { hasText: "# Inference Mesh diagnostics" }).click();
    await window.page.keyboard.press("ControlOrMeta+A");
    await window.page.keyboard.press("ControlOrMeta+C");
    await expect.poll(() => window.clipboard(), patience).toContain("End of the node's log");
    const report = await window.clipboard();
    expect(report).toContain('"name": "desk [redacted]"');
    expect(report).toContain("node.ready");
    for (const secret of [workbench.node.key, workbench.node.controlToken, secretName]) {
      expect(report).not.toContain(secret);
    }
  });

  test("write a report of an issue to pass on, with what it needs to know and whose it is not", async () => {
    await window.palette.run("Mesh: Report Issue…");
    await window.page.locator(".view-line", { hasText: "# Report of an issue" }).click();
    await window.screenshot("report-issue");
    await window.page.keyboard.press("ControlOrMeta+A");
    await window.page.keyboard.press("ControlOrMeta+C");
    await expect.poll(() => window.clipboard(), patience).toContain("What did you do?");
    const report = await window.clipboard();
    expect(report).toContain("Nothing has been sent.");
    expect(report).toMatch(/^\|Node\|ready\|$/m);
    expect(report).toMatch(/^\|Backends\|local-engine llama\.cpp healthy\|$/m);
    for (const mine of [
      workbench.node.key,
      workbench.node.controlToken,
      secretName,
      "desk",
      workbench.workspace,
      "127.0.0.1",
    ]) {
      expect(report).not.toContain(mine);
    }
  });

  test("restart the node", async () => {
    const { pid } = workbench.node;
    await window.palette.run("Mesh: Restart Node");
    await expect.poll(() => workbench.node.runningPid ?? pid, patience).not.toBe(pid);
    await expect.poll(() => window.statusWords(), patience).toBe("Inference Mesh: The node is ready: no model loaded.");
  });

  test("are in the status bar's menu as far as they make sense", async () => {
    await window.statusBarItem.click();
    await window.palette.row("Stop the node").waitFor();
    expect(await window.palette.labels()).not.toContain("Start the node");
    await window.palette.pick("Stop the node");
    await expect.poll(() => window.statusWords(), patience).toBe("Inference Mesh: The node is stopped.");
    await window.statusBarItem.click();
    await window.palette.row("Start the node").waitFor();
    await expect
      .poll(() => window.palette.labels(), patience)
      .toEqual([
        "Open chat",
        "Ghost text…",
        "Start the node",
        "Show log",
        "Collect diagnostics",
        "Report an issue…",
        "Open the walkthrough",
      ]);
    await window.palette.pick("Start the node");
    await window.sideBar.row(demoModel).waitFor();
  });

  test("end without an error of their own on the console, and without leftovers", async () => {
    expect(window.ownErrors).toEqual([]);
    expect(await workbench.stop()).toEqual({ processes: [], files: [] });
  });
});
