import { beforeAll, expect, test } from "vitest";
import { visibleText } from "../../webview/markdown/visible-text.ts";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import { keptConversations } from "./driver/kept-conversations.ts";
import { typeInto } from "./driver/typing.ts";
import type { Workbench } from "./driver/workbench.ts";

/** Longer than a window takes to reload on a busy machine: the node must not end meanwhile. */
const configuration = "gateway: { port: 0 }\nnode: { lingerSeconds: 60 }\n";

describeEditor("The chat view", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;

  beforeAll(async () => {
    workbench = await editor.start({ configuration, models: [editor.models.slow] });
    window = await workbench.openWindow();
    chat = await ChatPane.open(window);
  });

  test("answers with the demo model, loads it by itself, and says how fast it was", async () => {
    await chat.notice.waitFor({ state: "detached" });
    await chat.choose(demoModel);
    await chat.ask("What can you do?");
    await chat.endedAnswer.waitFor();
    expect(await chat.written()).toBeGreaterThan(40);
    expect(await chat.answer.locator(".figures").innerText()).toMatch(/\d.*tokens/);
  });

  test("copies an answer", async () => {
    await chat.answer.getByRole("button", { name: "Copy answer" }).click();
    const [first = ""] = (await chat.text.innerText()).split("\n");
    await expect.poll(() => window.clipboard(), patience).toContain(first.slice(0, 30));
  });

  test("shows an answer while it is written", async () => {
    // A random model has no name but its file's.
    await chat.choose("slow");
    const growth = await chat.watchGrowth();
    await chat.ask("Tell me something long.");
    await chat.streamedAtLeast(80);
    expect(await growth.stop()).toBeGreaterThan(3);
  });

  test("stops on request, keeps what was written, and lets the engine rest", async () => {
    const before = await chat.written();
    await chat.button("Stop").click();
    await chat.endedAnswer.getByText("Stopped.").waitFor();
    expect(await chat.written()).toBeGreaterThanOrEqual(before);
    await expect.poll(() => openRequests(workbench), patience).toBe(0);
  });

  test("asks again when told to, and stops at Escape", async () => {
    await chat.button("Retry").click();
    await chat.streamedAtLeast(20);
    await chat.prompt.press("Escape");
    await chat.endedAnswer.getByText("Stopped.").waitFor();
    expect(await chat.questions.allInnerTexts()).toEqual(["What can you do?", "Tell me something long."]);
  });

  test("keeps the answer so far beside the new one, and moves between the two", async () => {
    const second = await chat.written();
    await chat.answer.locator(".version").getByText("2/2").waitFor();
    await chat.answer.getByRole("button", { name: /^Previous version/ }).click();
    await chat.answer.locator(".version").getByText("1/2").waitFor();
    expect(await chat.written()).not.toBe(0);
    await chat.answer.getByRole("button", { name: /^Next version/ }).click();
    await chat.answer.locator(".version").getByText("2/2").waitFor();
    expect(await chat.written()).toBe(second);
  });

  test("asks a question again in other words, and keeps the one before", async () => {
    await chat.choose(demoModel);
    const question = chat.frame.locator("article.is-user").first();
    await question.hover();
    await question.getByRole("button", { name: "Edit and ask again" }).click();
    const field = chat.frame.getByRole("textbox", { name: "Edit question" });
    await typeInto(field, "What is an inference mesh?");
    await field.press("Enter");
    await expect.poll(() => chat.questions.allInnerTexts(), patience).toEqual(["What is an inference mesh?"]);
    await chat.endedAnswer.waitFor();
    await question.getByRole("button", { name: /^Previous version/ }).click();
    await expect
      .poll(() => chat.questions.allInnerTexts(), patience)
      .toEqual(["What can you do?", "Tell me something long."]);
  });

  test("says why an answer came from where it did", async () => {
    const answer = chat.frame.locator("article.is-assistant").first();
    await answer.getByRole("button", { name: "Why here?" }).click();
    const panel = answer.getByRole("region", { name: "Why here?" });
    await panel.getByRole("button", { name: "Show in Topology" }).waitFor();
    await window.screenshot("chat-why-here");
    await panel.getByRole("button", { name: "Show in Topology" }).press("Escape");
    await panel.waitFor({ state: "hidden" });
  });

  test("asks with what a chat's settings say, and shows that something is set", async () => {
    await chat.button("Chat settings").click();
    await typeInto(chat.frame.getByLabel("Max tokens"), "5");
    await chat.frame.getByLabel("Max tokens").press("Escape");
    await chat.button("Chat settings (changed)").waitFor();
    await chat.choose("slow");
    await chat.ask("Tell me more.");
    await chat.endedAnswer.getByText("The answer was cut at its length limit.").waitFor();
    await chat.answer.getByRole("button", { name: "Continue", exact: true }).waitFor();
    await window.screenshot("chat-cut");
    await chat.button("Chat settings (changed)").click();
    await chat.button("Reset").click();
    await chat.frame.getByRole("dialog").press("Escape");
    await chat.button("Chat settings").waitFor();
  });

  test("goes on with the answer that was cut, within the same one", async () => {
    const kept = async (): Promise<string> => (await keptConversations(workbench))[0]?.turns.at(-1)?.text ?? "";
    const cut = await kept();
    expect(cut).not.toBe("");
    await chat.answer.getByRole("button", { name: "Continue", exact: true }).click();
    await chat.streamedAtLeast(60);
    await chat.button("Stop").click();
    await chat.endedAnswer.getByText("Stopped.").waitFor();
    await expect.poll(kept, patience).toMatch(/^.{50}/s);
    expect((await kept()).startsWith(cut)).toBe(true);
    expect(await chat.answer.locator(".version").count()).toBe(0);
  });

  test("keeps the conversation and the draft while it is hidden", async () => {
    const asked = await chat.questions.allInnerTexts();
    expect(asked).toEqual(["What can you do?", "Tell me something long.", "Tell me more."]);
    await typeInto(chat.prompt, "half a question");
    await window.sideBar.open("Explorer");
    await window.sideBar.open(containerName);
    chat = await ChatPane.find(window);
    await expect.poll(() => chat.prompt.inputValue(), patience).toBe("half a question");
    // The page keeps the draft itself; the conversation comes from the extension, a little later.
    await expect.poll(() => chat.questions.allInnerTexts(), patience).toEqual(asked);
  });

  test("refuses a message of its page that is not in the contract, and goes on", async () => {
    const asked = await chat.questions.count();
    await chat.post({ type: "send", text: "smuggled", command: "workbench.action.quit" });
    await chat.post({ type: "act", action: "workbench.action.showCommands" });
    await chat.post("nonsense");
    // Messages keep their order: when this one has arrived, those before it have been refused.
    await chat.post({ type: "copy", text: "a message of the contract" });
    await expect.poll(() => window.clipboard(), patience).toBe("a message of the contract");
    expect(await window.palette.input.isVisible()).toBe(false);
    expect(await chat.questions.count()).toBe(asked);
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
    const kept = async (): Promise<string> => {
      const [conversation] = await keptConversations(workbench);
      return conversation?.turns.at(-1)?.text ?? "";
    };
    await expect.poll(async () => (await kept()).length, patience).toBeGreaterThan(20);
    const beginning = await kept();
    await window.reload();
    chat = await ChatPane.find(window);
    await chat.answer.getByText("Interrupted:").waitFor();
    expect(await chat.questions.allInnerTexts()).toHaveLength(4);
    expect(await chat.written()).toBeGreaterThan(0);
    await chat.answer.getByRole("button", { name: "Copy answer" }).click();
    await expect.poll(() => window.clipboard(), patience).toContain(visibleText(beginning));
    expect(workbench.node.pid).toBe(pid);
    await expect.poll(() => openRequests(workbench), patience).toBe(0);
  });

  test("ends without an error of its own on the console, and without leftovers once the node is stopped", async () => {
    await window.palette.run("Mesh: Stop Node");
    await chat.notice.getByText("The node is stopped.").waitFor();
    expect(window.ownErrors).toEqual([]);
    expect(await workbench.stop()).toEqual({ processes: [], files: [] });
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
