import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { requestsList } from "../../contract/rpc/routes.ts";
import { makeRandomModel } from "../../sidecar/demo-model/make-random-model.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { firstAnswerMs, NativeChat } from "./driver/native-chat.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Room for the editor's own instructions, which are longer than the demo model's context. */
const contextTokens = 65_536;
const configuration = `gateway: { port: 0 }
node: { lingerSeconds: 60 }
engine: { contextTokens: ${contextTokens}, parallel: 2 }
`;
const slowly = { timeout: firstAnswerMs, interval: 200 };

describeEditor("VS Code 1.139's own chat, without an account", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: NativeChat;
  let inlineChat: Locator;

  beforeAll(async () => {
    workbench = await editor.start({
      configuration,
      settings: { "chat.disableAIFeatures": false },
      prepare: async (node) => {
        const model = makeRandomModel({ name: "wide", contextTokens, saysAsciiOnly: true });
        await writeFile(join(node.folders.models, "wide.gguf"), model);
      },
    });
    window = await workbench.openWindow();
    inlineChat = window.page.locator(".inline-chat-widget, .inline-chat, .inline-chat-input-widget").first();
  });

  test("has our models after the one step, which says that it worked", { timeout: 180_000 }, async () => {
    await window.settled();
    await window.palette.run("Mesh: Add to VS Code Chat");
    await window.notifications.with("The mesh's models are in the editor's chat now.").waitFor({ timeout: 90_000 });
    const listed = window.page.locator(".models-table-container, .models-widget").first();
    await expect.poll(async () => await listed.innerText(), patience).toMatch(/Mesh Auto[\s\S]*wide/);
    await window.screenshot("native-chat-models");
    chat = await NativeChat.open(window);
    await expect.poll(async () => await chat.inputBar.innerText(), patience).toContain("Mesh Auto");
  });

  test("answers @mesh from the node's live state, with buttons", { timeout: 180_000 }, async () => {
    await chat.ask("@mesh /status please");
    await expect.poll(async () => await chat.answerText(), slowly).toMatch(/Local engine[\s\S]*Healthy/);
    await chat.answer.getByRole("button", { name: "Open Topology" }).waitFor();
    await window.screenshot("native-chat-participant");
  });

  test("answers a plain question with a model of ours, and no sign-in", { timeout: 300_000 }, async () => {
    await chat.ask("What can you do?");
    // Words that nobody but a random model of ours has.
    const unlimited = { ...slowly, timeout: 200_000 };
    await expect.poll(async () => await chat.answerText(), unlimited).toMatch(/\[unused\d+\]/);
    expect(await chat.signIn.isVisible()).toBe(false);
    await window.screenshot("native-chat-answer");
  });

  test("stops the engine when the person cancels", { timeout: 180_000 }, async () => {
    // The answer before may still be written: random models know no end.
    await chat.cancel();
    await expect.poll(() => openRequests(workbench), slowly).toBe(0);
    await chat.ask("Tell me more, please.");
    await expect.poll(() => openRequests(workbench), slowly).toBe(1);
    await chat.cancel();
    await expect.poll(() => openRequests(workbench), slowly).toBe(0);
    await expect.poll(() => lastError(workbench), patience).toBe("cancelled");
  });

  test("opens VS Code's inline chat on a model of ours by Mesh: Inline Chat", { timeout: 300_000 }, async () => {
    await window.palette.run("View: Close All Editors");
    await window.sideBar.open("Explorer");
    await window.page.getByRole("treeitem", { name: /greet\.js/ }).dblclick();
    await selectAll();
    await window.palette.run("Mesh: Inline Chat");
    await inlineChat.waitFor();
    await window.screenshot("native-inline-chat-open");
  });

  test("takes an inline edit back with Undo, and the file is the same byte for byte", {
    timeout: 300_000,
  }, async () => {
    const before = await saved();
    await edit("greet in French");
    await window.page.getByText("Undo", { exact: true }).first().click();
    await window.page.getByText("Keep", { exact: true }).first().waitFor({ state: "detached" });
    await window.screenshot("native-inline-chat-undone");
    await window.page.keyboard.press("Escape");
    await window.palette.run("File: Save");
    await expect.poll(saved, patience).toBe(before);
  });

  test("shows Keep for an inline edit of a model that must call the edit tool, and keeps it", {
    timeout: 300_000,
  }, async () => {
    await selectAll();
    await window.page.keyboard.press("Control+i");
    await inlineChat.waitFor();
    await edit("greet in French");
    expect(await chat.signIn.isVisible()).toBe(false);
    await window.page.getByText("Keep", { exact: true }).first().click();
    await window.page.keyboard.press("Escape");
    await window.palette.run("File: Save");
    // The tool was called with the selected lines, so they are what was replaced.
    await expect.poll(saved, patience).not.toContain("return name;");
  });

  const saved = async (): Promise<string> => await readFile(join(workbench.workspace, "greet.js"), "utf8");

  /** Until it is: the chat takes the focus once more when its answer has ended. */
  async function selectAll(): Promise<void> {
    const { keyboard } = window.page;
    const selected = async (): Promise<string> => {
      await window.page.locator(".editor-instance .view-line").first().click();
      await keyboard.press("Control+Home");
      for (let line = 0; line < 3; line++) await keyboard.press("Shift+ArrowDown");
      return await window.page.locator(".statusbar-item[id='status.editor.selection']").innerText();
    };
    await expect.poll(selected, patience).toContain("selected");
  }

  /** Asks the open inline chat, until it shows what it would change. */
  async function edit(wish: string): Promise<void> {
    await window.page.keyboard.type(wish);
    await window.page.keyboard.press("Enter");
    try {
      await window.page.getByText("Keep", { exact: true }).first().waitFor({ timeout: 200_000 });
    } finally {
      await window.screenshot("native-inline-chat");
    }
  }
});

const openRequests = async ({ node }: Workbench): Promise<number> => (await node.status()).openRequests;

/** What became of the last request; null where all was well. */
async function lastError({ node }: Workbench): Promise<string | null | undefined> {
  const connection = await node.connect();
  try {
    const { records } = await connection.request(requestsList, { limit: 1, onlyFailed: false });
    return records[0]?.error;
  } finally {
    connection.dispose();
  }
}
