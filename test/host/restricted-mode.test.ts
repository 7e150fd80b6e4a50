import { beforeAll, expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import { typeInto } from "./driver/typing.ts";
import type { Workbench } from "./driver/workbench.ts";

describeEditor("In a folder that is not trusted, the extension", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;

  beforeAll(async () => {
    // Without the question at the start, as after the answer "No".
    const settings = { "security.workspace.trust.startupPrompt": "never" };
    workbench = await editor.start({ asksForTrust: true, settings });
    window = await workbench.openWindow();
    await window.sideBar.open(containerName);
  });

  test("says why it starts no node, and what can be done about it", async () => {
    await window.sideBar.welcome.getByText("You have not trusted this folder").waitFor();
    await window.sideBar.welcome.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    await window.screenshot("restricted-mode");
  });

  test("says the same in the chat, where nothing can be asked", async () => {
    const chat = await ChatPane.open(window);
    await chat.notice.getByText("You have not trusted this folder.").waitFor();
    await typeInto(chat.prompt, "What can you do?");
    await chat.prompt.press("Enter");
    expect(await chat.prompt.inputValue()).toBe("What can you do?");
    expect(await chat.questions.count()).toBe(0);
    await typeInto(chat.prompt, "");
  });

  test("offers no command that would start a node, and keeps those that help", async () => {
    await window.palette.show("Mesh: ");
    await window.palette.row("Mesh: Collect Diagnostics").waitFor();
    const titles = await window.palette.allLabels();
    expect(titles.filter((title) => title.startsWith("Mesh: ")).toSorted()).toEqual([
      "Mesh: Add File to Chat",
      "Mesh: Add Folder Listing to Chat",
      "Mesh: Add Problems to Chat",
      "Mesh: Add Selection to Chat",
      "Mesh: Add Terminal Selection to Chat",
      "Mesh: Add to Chat…",
      "Mesh: Collect Diagnostics",
      "Mesh: Delete All Conversations…",
      "Mesh: Delete Conversation",
      "Mesh: Export Conversation…",
      // The editor's own, of a view that says that there is no node.
      "Mesh: Focus on Topology View",
      "Mesh: New Chat",
      "Mesh: Open Chat",
      "Mesh: Open Node Configuration",
      "Mesh: Open Topology",
      "Mesh: Open Walkthrough",
      "Mesh: Rename Conversation…",
      "Mesh: Report Issue…",
      "Mesh: Show Compare Tally",
      "Mesh: Show Conversations…",
      "Mesh: Show Log",
      "Mesh: Show Menu",
      "Mesh: Show as Table",
    ]);
    await window.palette.dismiss();
    expect(workbench.node.runningPid).toBeUndefined();
    expect(workbench.node.log).toBe("");
  });

  test("starts the node by itself once the folder is trusted", async () => {
    await window.sideBar.welcome.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await window.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
    await window.sideBar.row(demoModel).waitFor();
    await expect.poll(() => window.statusWords(), patience).toBe("Inference Mesh: The node is ready: no model loaded.");
    expect(window.ownErrors).toEqual([]);
    expect(await window.notifications.texts()).toEqual([]);
  });
});
