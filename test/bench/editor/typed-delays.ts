import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { EditorWindow } from "../../host/driver/editor-window.ts";
import type { Workbench } from "../../host/driver/workbench.ts";

const keys = 80;
/** Between two keys, in milliseconds: a fast typist. */
const keyEveryMs = 100;
const file = "notes.txt";

/** Puts the cursor into an empty text file. */
export async function openNotes({ workspace }: Workbench, window: EditorWindow): Promise<void> {
  const tab = window.page.locator(`.tab[data-resource-name="${file}"]`);
  if ((await tab.count()) === 0) {
    await writeFile(join(workspace, file), "");
    await chooseFile(window);
    await tab.waitFor();
  }
  await window.page.locator(".editor-instance .view-lines").first().click();
  await window.page.keyboard.press("Control+A");
  await window.page.keyboard.press("Delete");
}

/** A list that is opened while another one closes may close with it. */
async function chooseFile({ page, palette }: EditorWindow): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.keyboard.press("Control+P");
      await palette.input.fill(file, { timeout: 5_000 });
      return await palette.rows.filter({ hasText: file }).first().click({ timeout: 5_000 });
    } catch (error) {
      if (attempt === 5) throw error;
      await palette.dismiss();
    }
  }
}

/** From a key's press to the frame that shows its character, in milliseconds, for every key. */
export async function typedDelays(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const delays: number[] = [];
    let pressedAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      pressedAt = event.timeStamp;
    };
    document.addEventListener("keydown", onKey, { capture: true });
    const lines = document.querySelector(".editor-instance .view-lines");
    if (lines === null) throw new Error("There is no editor.");
    const observer = new MutationObserver(() => {
      const since = pressedAt;
      pressedAt = 0;
      if (since === 0) return;
      // The frame that follows paints the change; its next task runs once that is done.
      requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - since)));
    });
    observer.observe(lines, { subtree: true, childList: true, characterData: true });
    const end = (): number[] => {
      document.removeEventListener("keydown", onKey, { capture: true });
      observer.disconnect();
      return delays;
    };
    Object.assign(window, { typedDelays: end });
  });
  await page.keyboard.type("the quick brown fox ".repeat(keys / 20), { delay: keyEveryMs });
  return await page.evaluate(() => (window as unknown as { typedDelays: () => number[] }).typedDelays());
}
