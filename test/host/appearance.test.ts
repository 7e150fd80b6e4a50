import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ChatPane } from "./driver/chat-pane.ts";
import { wearTheme } from "./driver/color-themes.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { demoModel } from "./driver/extension-id.ts";
import type { Workbench } from "./driver/workbench.ts";

const kinds = ["vscode-dark", "vscode-light", "vscode-high-contrast"] as const;
const widths = [200, 300, 500];

/** Something to look at in the editor. */
const example = `"""Asks a model on this machine, through the node's gateway."""
from pathlib import Path

from openai import OpenAI

client = OpenAI(
    base_url="http://127.0.0.1:6374/v1",
    api_key=Path("gateway.key").read_text().strip(),
)
answer = client.chat.completions.create(
    model="mesh-guide-demo",
    messages=[{"role": "user", "content": "What is an inference mesh?"}],
    stream=True,
)
for piece in answer:
    print(piece.choices[0].delta.content or "", end="", flush=True)
`;

/** Pictures for people to judge: this suite itself judges only what a person would call broken. */
describeEditor("The side bar", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;

  /** What is cut off at the side: parts of the chat that are wider than its view. */
  const overflowing = async (): Promise<string[]> =>
    await chat.frame.evaluate(() =>
      [...document.querySelectorAll("main *")]
        .filter((part) => part.closest(".spoken-only, pre, .table-scroll, svg") === null)
        .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
        .map((part) => part.outerHTML.slice(0, 120)),
    );
  const inEachLook = async (state: string): Promise<void> => {
    for (const kind of kinds) {
      await wearTheme(window, chat.frame, kind);
      for (const width of widths) {
        await window.sideBar.resize(width);
        await expect.poll(() => overflowing(), patience).toEqual([]);
        await window.screenshot(`look-${state}-${kind.replace("vscode-", "")}-${width}`);
      }
    }
  };

  beforeAll(async () => {
    workbench = await editor.start({
      configuration: "gateway: { port: 0 }\nnode: { name: workstation, lingerSeconds: 2 }\n",
      viewport: { width: 1280, height: 800 },
    });
    const file = join(workbench.workspace, "ask.py");
    await writeFile(file, example);
    const { host } = new URL(workbench.server.url);
    window = await workbench.openWindow([["openFile", `vscode-remote://${host}${file}`]]);
    chat = await ChatPane.open(window);
    await chat.notice.waitFor({ state: "detached" });
  });

  test("fits at any width and in any theme with an answer of the demo model", async () => {
    // An answer that first waits for the model to be loaded is not what a picture should tell of.
    await window.sideBar.pressInRow(window.sideBar.row(demoModel), "Load Model");
    await window.sideBar.row(/Mesh Guide \(demo\)\s*loaded/).waitFor();
    await chat.ask("What is an inference mesh?");
    await chat.endedAnswer.waitFor();
    await wearTheme(window, chat.frame, "vscode-dark");
    await window.sideBar.resize(400);
    // README's picture is made from this one.
    await window.screenshot("readme");
    await chat.ask("Write a function that reverses a string.");
    await chat.endedAnswer.locator("pre").waitFor();
    await inEachLook("answered");
  });

  test("fits while the node is stopped", async () => {
    await window.palette.run("Mesh: Stop Node");
    await chat.notice.getByText("The node is stopped.").waitFor();
    await inEachLook("stopped");
  });
});
