import type { Locator } from "playwright-core";

/** Patience of its own, since `editor-window.ts` builds on what types here. In milliseconds. */
const usualMs = 30_000;
const pollMs = 50;

/**
 * Writes a text into a field until it is there: it goes to whatever has the focus, and the editor moves that once more when
 * one of its lists or messages has closed.
 */
export async function typeInto(field: Locator, text: string, limitMs = usualMs): Promise<void> {
  await untilIt(field, limitMs, async () => {
    await field.fill(text, { timeout: limitMs });
    return (await field.inputValue({ timeout: limitMs })) === text;
  });
}

/** The same, and presses Enter until the field has been emptied by it. */
export async function sendFrom(field: Locator, text: string): Promise<void> {
  await typeInto(field, text);
  await untilIt(field, usualMs, async () => {
    await field.press("Enter");
    return (await field.inputValue()) !== text;
  });
}

/** Also outside of tests, in what prepares them, where `expect.poll` is not to be had. */
async function untilIt(field: Locator, limitMs: number, works: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await works())) {
    if (performance.now() > deadline) throw new Error(`Nothing could be typed into ${field}.`);
    // No event says that the editor has done with moving the focus.
    await field.page().waitForTimeout(pollMs);
  }
}
