import { expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import { Walkthrough } from "./driver/walkthrough.ts";

const configuration = "node: { lingerSeconds: 0.3 }\ngateway: { port: 0 }\n";

describeEditor("The walkthrough", (editor) => {
  test("leads from nothing to an answer in at most six steps, and ticks each when it is done", async () => {
    const workbench = await editor.start({ configuration });
    const window = await workbench.openWindow();
    const walkthrough = await Walkthrough.open(window);
    const steps = await walkthrough.stepNames();
    expect(steps).toEqual(["node", "model", "chat", "editorChat", "mesh", "tools"]);
    expect(await walkthrough.ticked()).toEqual([]);
    const ticked = (): Promise<string[]> => walkthrough.ticked();

    await walkthrough.press("node", "Start Node");
    await expect.poll(ticked, patience).toEqual(["node"]);
    await walkthrough.press("model", "Load Model…");
    await window.palette.pick(demoModel);
    await expect.poll(ticked, patience).toEqual(["node", "model"]);
    await walkthrough.press("tools", "Copy Gateway Address");
    await expect.poll(ticked, patience).toEqual(["node", "model", "tools"]);
    await walkthrough.press("chat", "Open Chat");
    // The editor's own chat is turned off here; what adds the models to it is tested on its own.
    await expect.poll(ticked, patience).toEqual(steps.filter((step) => step !== "editorChat"));
    await window.screenshot("walkthrough");
    expect(window.ownErrors).toEqual([]);
    await workbench.stop();
  });

  test("has ticked what was done before it was opened", async () => {
    const workbench = await editor.start({ configuration });
    const window = await workbench.openWindow();
    await window.sideBar.open(containerName);
    await window.sideBar.row(demoModel).waitFor();
    const chat = await ChatPane.open(window);
    await chat.ask("What can you do?");
    await chat.endedAnswer.waitFor();
    const walkthrough = await Walkthrough.open(window);
    await expect.poll(() => walkthrough.ticked(), patience).toEqual(["node", "model", "chat", "mesh"]);
    await workbench.stop();
  });
});
