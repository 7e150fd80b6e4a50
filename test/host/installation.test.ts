import { beforeAll, expect, test } from "vitest";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import { runningExtensions } from "./driver/running-extensions.ts";
import type { Workbench } from "./driver/workbench.ts";

describeEditor("The installed package", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;

  beforeAll(async () => {
    workbench = await editor.start();
    window = await workbench.openWindow();
  });

  test("is not active, and starts no node, before anything of it is used", async () => {
    await window.settled();
    const names = async (): Promise<string[]> => (await runningExtensions(window)).map(({ name }) => name);
    // It comes to life with the window, as the last of the editor's own.
    await expect.poll(names, patience).toContain("Git");
    expect(await names()).not.toContain("Inference Mesh");
    expect(workbench.node.log).toBe("");
  });

  test("activates without an error when its view is opened, and then shows the node", async () => {
    await window.sideBar.open(containerName);
    await window.sideBar.row(demoModel).waitFor();
    const [ours] = (await runningExtensions(window)).filter(({ name }) => name === "Inference Mesh");
    expect(ours).toMatchObject({ activationMs: expect.any(Number), complaints: "" });
    expect(window.ownErrors).toEqual([]);
    expect(await window.notifications.texts()).toEqual([]);
  });

  test("leaves no process and no socket when the editor ends", async () => {
    expect(await workbench.stop()).toEqual({ processes: [], files: [] });
  });
});
