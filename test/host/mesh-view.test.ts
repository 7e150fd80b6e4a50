import { beforeAll, describe, expect, test } from "vitest";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

describeEditor("The mesh view", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;

  beforeAll(async () => {
    workbench = await editor.start({
      configuration: "gateway: { port: 0 }\nnode: { name: bench, lingerSeconds: 2 }\n",
    });
    window = await workbench.openWindow();
    await window.sideBar.open(containerName);
  });

  test("shows this node, its engine and the demo model", async () => {
    await window.sideBar.row(demoModel).waitFor();
    const rows = await window.sideBar.rowTexts();
    expect(rows[0]).toMatch(/^bench \| this machine/);
    expect(rows[1]).toMatch(/^Local engine/);
    expect(rows[2]).toMatch(/^Mesh Guide \(demo\) \| not loaded/);
    await expect.poll(() => window.statusWords(), patience).toBe("Inference Mesh: The node is ready: no model loaded.");
  });

  test("loads a model by its row's button, and says so in the row and in the status bar", async () => {
    await window.sideBar.pressInRow(window.sideBar.row(demoModel), "Load Model");
    await window.sideBar.row(/Mesh Guide \(demo\)\s*loaded/).waitFor();
    await expect.poll(() => window.statusWords(), patience).toBe(`Inference Mesh: The node is ready: ${demoModel}.`);
    expect(workbench.node.enginePids(workbench.node.pid)).toHaveLength(1);
    await window.screenshot("mesh-view-loaded");
  });

  test("unloads it by its row's button, and ends its engine", async () => {
    await window.sideBar.pressInRow(window.sideBar.row(demoModel), "Unload Model");
    await window.sideBar.row(/Mesh Guide \(demo\)\s*not loaded/).waitFor();
    await expect.poll(() => workbench.node.enginePids(workbench.node.pid), patience).toHaveLength(0);
  });

  describe("in a second window", () => {
    let second: EditorWindow;

    test("shows the same node, and what the first window does with it", async () => {
      const { pid } = workbench.node;
      second = await workbench.openWindow();
      await second.sideBar.open(containerName);
      await second.sideBar.row(/Mesh Guide \(demo\)\s*not loaded/).waitFor();
      expect(workbench.node.pid).toBe(pid);
      await window.sideBar.pressInRow(window.sideBar.row(demoModel), "Load Model");
      for (const each of [window, second]) await each.sideBar.row(/Mesh Guide \(demo\)\s*loaded/).waitFor();
    });

    test("does not stop the node under the first one without a question", async () => {
      const { pid } = workbench.node;
      await second.palette.run("Mesh: Stop Node");
      await second.dialog.answer("Other windows or programs use this node.", "Cancel");
      expect(workbench.node.runningPid).toBe(pid);
      await expect.poll(() => window.statusWords(), patience).toBe(`Inference Mesh: The node is ready: ${demoModel}.`);
    });

    test("leaves the first one its node when it is closed", async () => {
      const { pid } = workbench.node;
      const connection = await workbench.node.connect();
      const clients = async (): Promise<number> => (await workbench.node.status()).clients;
      // Two windows, and the one that asks.
      await expect.poll(clients, patience).toBe(3);
      await second.close();
      await expect.poll(clients, patience).toBe(2);
      connection.dispose();
      expect(workbench.node.runningPid).toBe(pid);
      await window.sideBar.pressInRow(window.sideBar.row(demoModel), "Unload Model");
      await window.sideBar.row(/Mesh Guide \(demo\)\s*not loaded/).waitFor();
    });
  });

  test("starts the node again when it is killed, and shows it again", async () => {
    const { pid } = workbench.node;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => workbench.node.pid, patience).not.toBe(pid);
    await window.sideBar.row(demoModel).waitFor();
    await expect.poll(() => window.statusWords(), patience).toBe("Inference Mesh: The node is ready: no model loaded.");
    expect(await window.notifications.texts()).toEqual([]);
  });

  test("offers to start a node that was stopped, and does", async () => {
    await window.palette.run("Mesh: Stop Node");
    await window.sideBar.welcome.getByText("The node is stopped").waitFor();
    await expect.poll(() => window.statusWords(), patience).toBe("Inference Mesh: The node is stopped.");
    await window.screenshot("mesh-view-stopped");
    await window.sideBar.welcome.getByRole("button", { name: "Start Node" }).click();
    await window.sideBar.row(demoModel).waitFor();
  });

  test("gives up after the node has crashed again and again, and says what to do", async () => {
    let last = 0;
    while (!(await window.sideBar.welcome.getByText("ended unexpectedly several times").isVisible())) {
      const pid = workbench.node.runningPid;
      if (pid !== undefined && pid !== last) process.kill(pid, "SIGKILL");
      last = pid ?? last;
      // The next node has no event that reaches this process.
      await window.page.waitForTimeout(50);
    }
    await window.sideBar.welcome.getByRole("button", { name: "Show Log" }).waitFor();
    await window.screenshot("mesh-view-crashed");
    await window.sideBar.welcome.getByText("Start it once more").click();
    await window.sideBar.row(demoModel).waitFor();
  });

  test("ends without an error of its own on the console, and without leftovers", async () => {
    expect(window.ownErrors).toEqual([]);
    expect(await workbench.stop()).toEqual({ processes: [], files: [] });
  });
});
