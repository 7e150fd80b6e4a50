import { beforeAll, expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Long enough that a window can be reloaded before the node gives up on its clients. */
const configuration = "gateway: { port: 0 }\nnode: { lingerSeconds: 20 }\n";

describeEditor("The chat view", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;

  const choose = async (name: string): Promise<void> => {
    const [value] = await chat.models
      .locator("option", { hasText: name })
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    await chat.models.selectOption(value ?? "");
  };

  beforeAll(async () => {
    workbench = await editor.start({ configuration, models: [editor.models.slow] });
    window = await workbench.openWindow();
    chat = await ChatPane.open(window);
  });

  test("answers with the demo model, loads it by itself, and says how fast it was", async () => {
    await chat.notice.waitFor({ state: "detached" });
    await choose(demoModel);
    await chat.ask("What can you do?");
    await chat.endedAnswer.waitFor();
    expect((await chat.answer.locator(".turn-body").innerText()).length).toBeGreaterThan(40);
    expect(await chat.answer.locator(".figures").innerText()).toMatch(/\d.*tokens/);
    await window.screenshot("chat-answered");
  });

  test("shows an answer while it is written", async () => {
    // A random model has no name but its file's.
    await choose("slow");
    const growth = await chat.watchGrowth();
    await chat.ask("Tell me something long.");
    await chat.streamedAtLeast(80);
    expect(await growth.stop()).toBeGreaterThan(3);
    await window.screenshot("chat-streaming");
  });

  test("stops on request, keeps what was written, and lets the engine rest", async () => {
    const before = await chat.answer.locator(".turn-body").innerText();
    await chat.button("Stop").click();
    await chat.endedAnswer.getByText("Stopped.").waitFor();
    expect((await chat.answer.locator(".turn-body").innerText()).length).toBeGreaterThanOrEqual(before.length);
    await expect.poll(() => openRequests(workbench), patience).toBe(0);
  });

  test("asks again when told to", async () => {
    await chat.button("Retry").click();
    await chat.streamedAtLeast(20);
    await chat.prompt.press("Escape");
    await chat.endedAnswer.getByText("Stopped.").waitFor();
    expect(await chat.questions.allInnerTexts()).toEqual(["What can you do?", "Tell me something long."]);
  });

  test("copies an answer", async () => {
    await chat.answer.getByRole("button", { name: "Copy answer" }).click();
    const text = await chat.answer.locator(".turn-body").innerText();
    await expect
      .poll(() => window.page.evaluate(() => navigator.clipboard.readText()), patience)
      .toContain(text.slice(0, 20));
  });

  test("keeps the conversation and the draft while it is hidden", async () => {
    await chat.prompt.fill("half a question");
    await window.sideBar.open("Explorer");
    await window.sideBar.open(containerName);
    chat = await ChatPane.find(window);
    await expect.poll(() => chat.prompt.inputValue(), patience).toBe("half a question");
    expect(await chat.questions.allInnerTexts()).toEqual(["What can you do?", "Tell me something long."]);
  });

  test("says that the node ended when it is killed amid an answer, and answers again by itself started", async () => {
    await chat.ask("Something long again.");
    await chat.streamedAtLeast(40);
    const { pid } = workbench.node;
    process.kill(pid, "SIGKILL");
    await chat.answer.locator(".notice.is-error").waitFor();
    await window.screenshot("chat-node-killed");
    await expect.poll(() => workbench.node.runningPid ?? pid, patience).not.toBe(pid);
    await chat.notice.waitFor({ state: "detached" });
    await chat.answer.getByRole("button", { name: "Retry" }).click();
    await chat.streamedAtLeast(40);
  });

  test("keeps what was written when the window reloads amid an answer, and says that it was interrupted", async () => {
    const { pid } = workbench.node;
    // What is written is kept once a second.
    const written = async (): Promise<number> => (await chat.answer.locator(".turn-body").innerText()).length;
    const begin = await written();
    await expect.poll(async () => (await written()) - begin, patience).toBeGreaterThan(400);
    await window.reload();
    chat = await ChatPane.find(window);
    await chat.answer.getByText("Interrupted:").waitFor();
    expect(await chat.questions.allInnerTexts()).toHaveLength(3);
    expect(await written()).toBeGreaterThan(begin);
    expect(workbench.node.pid).toBe(pid);
    await expect.poll(() => openRequests(workbench), patience).toBe(0);
  });

  test("ends without an error of its own on the console, and without leftovers", async () => {
    expect(window.ownErrors).toEqual([]);
    expect((await workbench.stop()).files).toEqual([]);
  });
});

async function openRequests(workbench: Workbench): Promise<number> {
  const connection = await workbench.node.connect();
  try {
    return (await workbench.node.status()).openRequests;
  } finally {
    connection.dispose();
  }
}
