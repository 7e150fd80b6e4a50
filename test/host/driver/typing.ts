import type { Locator } from "playwright-core";
import { expect } from "vitest";

/** Patience of its own, since `editor-window.ts` builds on what types here. In milliseconds. */
const usual = 30_000;

/**
 * Writes a text into a field until it is there: it goes to whatever has the focus, and the editor moves that once more when
 * one of its lists or messages has closed.
 */
export async function typeInto(field: Locator, text: string, timeout = usual): Promise<void> {
  const typed = async (): Promise<string> => {
    await field.fill(text, { timeout });
    return await field.inputValue({ timeout });
  };
  await expect.poll(typed, { timeout, interval: 50 }).toBe(text);
}

/** The same, and presses Enter until the field has been emptied by it. */
export async function sendFrom(field: Locator, text: string): Promise<void> {
  await typeInto(field, text);
  const entered = async (): Promise<string> => {
    await field.press("Enter");
    return await field.inputValue();
  };
  await expect.poll(entered, { timeout: usual, interval: 50 }).not.toBe(text);
}
