import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ChatPane } from "../../host/driver/chat-pane.ts";
import type { EditorWindow } from "../../host/driver/editor-window.ts";
import { Workbench } from "../../host/driver/workbench.ts";
import type { EditorSetup } from "../../host/setup/editor-setup.ts";

const keys = 80;
/** Between two keys, in milliseconds: a fast typist. */
const keyEveryMs = 100;

/** From a key's press to the frame that shows its character, in milliseconds, for every key. */
export async function measureTyping(setup: EditorSetup, streamingModel?: string): Promise<number[]> {
  const models = streamingModel === undefined ? [] : [streamingModel];
  // Nothing of the editor's own may pop up while a person types.
  const settings = { "editor.quickSuggestions": false, "inferenceMesh.chat.model": "slow" };
  const workbench = await Workbench.start(setup, { models, settings });
  try {
    await writeFile(join(workbench.workspace, "notes.txt"), "");
    const window = await workbench.openWindow();
    await window.settled();
    const chat = streamingModel === undefined ? undefined : await streamingChat(window);
    await openNotes(window);
    const delays = await typed(window.page);
    if (chat !== undefined && (await chat.button("Stop").count()) === 0) {
      throw new Error("The answer ended before the typing.");
    }
    return delays;
  } finally {
    await workbench.stop();
  }
}

async function streamingChat(window: EditorWindow): Promise<ChatPane> {
  const chat = await ChatPane.open(window);
  await chat.ask("Tell me something long.");
  await chat.streamedAtLeast(20);
  return chat;
}

async function openNotes(window: EditorWindow): Promise<void> {
  await window.page.keyboard.press("Control+P");
  await window.palette.input.fill("notes.txt");
  await window.palette.rows.first().click();
  await window.page.locator(".editor-instance .view-lines").first().click();
}

async function typed(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const delays: number[] = [];
    let pressedAt = 0;
    document.addEventListener("keydown", (event) => (pressedAt = event.timeStamp), { capture: true });
    const lines = document.querySelector(".editor-instance .view-lines");
    if (lines === null) throw new Error("There is no editor.");
    new MutationObserver(() => {
      const since = pressedAt;
      pressedAt = 0;
      if (since === 0) return;
      // The frame that follows paints the change; its next task runs once that is done.
      requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - since)));
    }).observe(lines, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { typingDelays: delays });
  });
  await page.keyboard.type("the quick brown fox ".repeat(keys / 20), { delay: keyEveryMs });
  return await page.evaluate(() => (window as unknown as { typingDelays: number[] }).typingDelays);
}
