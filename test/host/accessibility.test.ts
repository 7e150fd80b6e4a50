import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { violationsIn } from "./driver/axe.ts";
import { ChatPane } from "./driver/chat-pane.ts";
import { type ThemeKind, themeKinds, wearTheme } from "./driver/color-themes.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { demoModel } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

const configuration = "node: { lingerSeconds: 0.3 }\ngateway: { port: 0 }\n";

describeEditor("The chat view, for everybody,", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;

  /** What axe finds in each kind of theme, while the view is in the state that `enter` brings it to. */
  const violations = async (
    state: string,
    enter?: () => Promise<void>,
    leave?: () => Promise<void>,
  ): Promise<Partial<Record<ThemeKind, unknown>>> => {
    const found: Partial<Record<ThemeKind, unknown>> = {};
    for (const kind of themeKinds) {
      await wearTheme(window, chat.frame, kind);
      await enter?.();
      found[kind] = await violationsIn(chat.frame);
      await window.screenshot(`chat-${state}-${kind.replace("vscode-", "")}`);
      await leave?.();
    }
    return found;
  };
  const none = Object.fromEntries(themeKinds.map((kind) => [kind, []]));

  beforeAll(async () => {
    workbench = await editor.start({
      configuration,
      models: [editor.models.slow],
      machineSettings: { "inferenceMesh.node.autoStart": false },
    });
    window = await workbench.openWindow();
    chat = await ChatPane.open(window);
  });

  describe("has nothing that axe objects to, in dark, light and both high contrasts,", () => {
    test("before the node is started", async () => {
      await chat.notice.getByText("The node is not started.").waitFor();
      expect(await violations("not-started")).toEqual(none);
    });

    test("when the node cannot start", async () => {
      const file = join(workbench.node.folders.config, "config.yaml");
      await writeFile(file, "gateway: { prot: 1 }\n");
      await chat.notice.getByRole("button", { name: "Start Node" }).click();
      await chat.frame.locator(".notice-host .notice.is-error").waitFor();
      expect(await violations("cannot-start")).toEqual(none);
      await writeFile(file, configuration);
    });

    test("before anything has been asked", async () => {
      await window.palette.run("Mesh: Start Node");
      await chat.notice.waitFor({ state: "detached" });
      expect(await violations("empty")).toEqual(none);
    });

    test("while an answer is written", async () => {
      await chat.choose("slow");
      const ask = async (): Promise<void> => {
        await chat.ask("Tell me something long.");
        await chat.streamedAtLeast(40);
      };
      const stop = async (): Promise<void> => {
        // Had the answer ended before, there would be no such button.
        await chat.button("Stop").click();
        await chat.endedAnswer.waitFor();
      };
      expect(await violations("answering", ask, stop)).toEqual(none);
    });

    test("when an answer holds a code block", async () => {
      await chat.begin(window);
      await chat.choose(demoModel);
      await chat.ask("Write a function that reverses a string.");
      await chat.endedAnswer.locator("pre code").first().waitFor();
      expect(await violations("code-block")).toEqual(none);
    });
  });

  test("can be used by keyboard alone: every control has its place in the order, and says what it is", async () => {
    await window.palette.run("Mesh: Open Chat");
    await expect.poll(() => focused(chat), patience).toBe("textbox Question");
    const order = ["textbox Question"];
    for (let at = 0; at < 8 && order.at(-1) !== "button Send"; at++) order.push(await press(chat, "Tab"));
    expect(order).toEqual([
      "textbox Question",
      expect.stringMatching(/^button Attach…/),
      expect.stringMatching(/^button Model: /),
      "button Chat settings",
      "button Send",
    ]);
    await chat.prompt.focus();
    const back: string[] = [];
    for (let at = 0; at < 16 && back.at(-1) !== "log Conversation"; at++) back.push(await press(chat, "Shift+Tab"));
    expect(back).toEqual([
      "button Why here?",
      "button Branch: begin a new chat from here",
      "button Retry",
      "button Copy answer",
      // The code itself, so that long lines can be scrolled to.
      "group python",
      "button Put into a new file",
      "button Apply to the file in front, with a review",
      "button Insert at cursor",
      "button Copy code",
      "button Copy question",
      "button Edit and ask again",
      "log Conversation",
    ]);
  });

  test("is asked and stopped by keyboard, and tells a screen reader politely when an answer begins and ends", async () => {
    await chat.choose("slow");
    await chat.prompt.focus();
    await window.page.keyboard.type("Something long.");
    await window.page.keyboard.press("Enter");
    await chat.streamedAtLeast(20);
    const spoken = chat.frame.locator("[aria-live=polite]");
    await expect.poll(() => spoken.innerText(), patience).toBe("The answer begins.");
    for (let at = 0; at < 8 && (await focused(chat)) !== "button Stop"; at++) await press(chat, "Tab");
    expect(await focused(chat)).toBe("button Stop");
    await window.page.keyboard.press("Enter");
    await chat.endedAnswer.getByText("Stopped.").waitFor();
    await expect.poll(() => spoken.innerText(), patience).toBe("The answer is complete.");
    // The words themselves are not announced: a reader would be interrupted by every one.
    expect(await chat.frame.getByRole("log").getAttribute("aria-live")).toBe("off");
  });

  describe("has nothing that axe objects to, in dark, light and both high contrasts,", () => {
    test("when an answer has failed", async () => {
      await chat.ask("Something long again.");
      await chat.streamedAtLeast(20);
      const { pid } = workbench.node;
      process.kill(pid, "SIGKILL");
      await chat.answer.locator(".notice.is-error").waitFor();
      await expect.poll(() => workbench.node.runningPid ?? pid, patience).not.toBe(pid);
      await chat.notice.waitFor({ state: "detached" });
      expect(await violations("answer-failed")).toEqual(none);
    });
  });
});

/** What has the focus in the page, as a screen reader names it. */
async function focused(chat: ChatPane): Promise<string> {
  return await chat.frame.evaluate(() => {
    const element = document.activeElement;
    const roles: Record<string, string> = { TEXTAREA: "textbox", BUTTON: "button" };
    const role = element?.getAttribute("role") ?? roles[element?.tagName ?? ""] ?? element?.tagName;
    return `${role} ${element?.ariaLabel ?? element?.textContent}`;
  });
}

/** Presses a key and says where the focus is then. */
async function press(chat: ChatPane, key: string): Promise<string> {
  await chat.frame.page().keyboard.press(key);
  return await focused(chat);
}
