import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { CodeWriter } from "./driver/code-writer.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { keptConversations } from "./driver/kept-conversations.ts";
import type { Workbench } from "./driver/workbench.ts";

const sky = "Why is the sky blue?";
const river = "Name a river in Europe.";

describeEditor("Conversations", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;
  let server: CodeWriter;

  const questions = async (): Promise<string[]> => await chat.questions.allInnerTexts();
  const untilAsked = async (...expected: readonly string[]): Promise<void> =>
    await expect.poll(questions, patience).toEqual(expected);
  const kept = async (): Promise<number> => (await keptConversations(workbench)).length;

  beforeAll(async () => {
    server = await CodeWriter.start("stand-in");
    server.knows(sky, { text: "Rayleigh knew: short waves scatter most." });
    server.knows(river, { text: "The Danube." });
    const backends = [{ id: "shed", kind: "openai-compatible", url: server.server.url }];
    const settings = { gateway: { port: 0 }, node: { lingerSeconds: 60 }, backends };
    // JSON is YAML.
    workbench = await editor.start({ configuration: JSON.stringify(settings) });
    window = await workbench.openWindow();
    chat = await ChatPane.open(window);
  });
  afterAll(async () => {
    await server.server.dispose();
  });

  test("are kept when another one is begun", async () => {
    await chat.ask(sky);
    await chat.endedAnswer.waitFor();
    await window.palette.run("Mesh: New Chat");
    await untilAsked();
    await chat.ask(river);
    await chat.endedAnswer.waitFor();
    await untilAsked(river);
    await expect.poll(kept, patience).toBe(2);
  });

  test("are listed with the newest first, and found by words of an answer", async () => {
    await window.palette.run("Mesh: Show Conversations…");
    await expect.poll(() => window.palette.labels(), patience).toEqual([river, sky]);
    await window.screenshot("conversations-list");
    await window.palette.type("rayleigh scatter");
    await expect.poll(() => window.palette.labels(), patience).toEqual([sky]);
    await window.screenshot("conversations-found");
    await window.palette.input.press("Enter");
    await untilAsked(sky);
  });

  test("can be renamed from the list by its button", async () => {
    await window.palette.run("Mesh: Show Conversations…");
    const row = window.palette.row(river);
    await row.hover();
    await row.getByRole("button", { name: "Rename" }).click();
    // Before that, it is the list's own box.
    await expect.poll(() => window.palette.input.inputValue(), patience).toBe(river);
    await window.palette.answer("Rivers");
    await window.palette.run("Mesh: Show Conversations…");
    await expect.poll(() => window.palette.labels(), patience).toEqual(["Rivers", sky]);
    await window.palette.dismiss();
  });

  test("come back as they were when deleting is undone", async () => {
    await window.palette.run("Mesh: Delete Conversation");
    await untilAsked();
    await expect.poll(kept, patience).toBe(1);
    const message = window.notifications.with("is deleted");
    await message.waitFor();
    await window.notifications.press(message, "Undo");
    await untilAsked(sky);
    await expect.poll(kept, patience).toBe(2);
  });

  test("are there again after a reload, with the one that was open", async () => {
    await window.reload();
    chat = await ChatPane.find(window);
    await untilAsked(sky);
    await expect.poll(() => chat.text.innerText(), patience).toContain("Rayleigh");
  });

  test("are written as Markdown where a person wants them", async () => {
    const target = join(workbench.workspace, "sky.md");
    await window.palette.run("Mesh: Export Conversation…");
    await window.palette.input.waitFor();
    await expect.poll(() => window.palette.input.inputValue(), patience).toContain("Why is the sky blue");
    await window.palette.answerPath(target);
    // The editor makes the file before it fills it.
    const text = () => (existsSync(target) ? readFileSync(target, "utf8") : "");
    await expect.poll(text, patience).toContain("Rayleigh knew: short waves scatter most.");
    expect(text()).toContain("# Why is the sky blue?");
    expect(text()).toContain(`> ${sky}`);
  });

  test("are all deleted after a question, and stay when the person turns away", async () => {
    await window.palette.run("Mesh: Delete All Conversations…");
    await window.dialog.answer("Delete all 2 conversations", "Cancel");
    expect(await kept()).toBe(2);
    await window.palette.run("Mesh: Delete All Conversations…");
    await window.dialog.answer("Delete all 2 conversations", "Delete All");
    await expect.poll(kept, patience).toBe(0);
    await untilAsked();
    expect(window.ownErrors).toEqual([]);
  });
});
