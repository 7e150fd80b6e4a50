import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { type EditorWindow, patience } from "./editor-window.ts";

/** Inline chat, as a person uses it in an editor. */
export class InlineChatPane {
  readonly #window: EditorWindow;

  constructor(window: EditorWindow) {
    this.#window = window;
  }

  /** Opens a file by its name, and puts the cursor at a line, counted from 1. */
  async openFile(name: string, line = 1): Promise<void> {
    const { page } = this.#window;
    await page.keyboard.press("Control+P");
    const { palette } = this.#window;
    await palette.input.waitFor({ state: "visible" });
    await palette.type(`${name}:${line}`);
    await palette.rows.filter({ hasText: name }).first().click();
    await this.tab(name).waitFor();
    await page.locator(".editor-group-container.active .monaco-editor .view-line").first().waitFor();
  }

  /** Asks at the cursor, and does not wait for an answer. */
  async ask(prompt: string): Promise<void> {
    await this.#window.palette.run("Mesh: Inline Chat");
    const { palette } = this.#window;
    await this.#window.page.locator(".quick-input-title", { hasText: "Inline Chat with" }).waitFor();
    await palette.type(prompt);
    await palette.rows.filter({ hasText: prompt }).first().waitFor();
    await palette.input.press("Enter");
  }

  /** Chooses the model in the prompt's own list. */
  async choose(model: string): Promise<void> {
    await this.#window.palette.run("Mesh: Inline Chat");
    const { rows } = this.#window.palette;
    await rows.filter({ hasText: "Model: " }).first().click();
    await this.#window.page.locator(".quick-input-title", { hasText: "Model for Inline Chat" }).waitFor();
    await this.#window.palette.pick(model);
    await this.#window.page.locator(".quick-input-title", { hasText: `Inline Chat with ${model}` }).waitFor();
    await this.#window.palette.dismiss();
  }

  /** The words above lines, by what they say. */
  lens(words: string): Locator {
    return this.#window.page.locator(".codelens-decoration a", { hasText: new RegExp(`^\\s*${words}\\s*$`) });
  }

  tab(name: string): Locator {
    return this.#window.page.locator(`.tab[data-resource-name="${name}"]`);
  }

  async reviewed(name: string): Promise<void> {
    await this.tab(`Edit of ${name}`).waitFor();
    await this.lens("Accept").first().waitFor();
    // The review's keys work from the same moment on as these buttons are there.
    await this.#window.page
      .locator(".editor-group-container.active .editor-actions [aria-label^='Accept Edit']")
      .waitFor();
  }

  async ended(name: string): Promise<void> {
    await this.tab(`Edit of ${name}`).waitFor({ state: "detached" });
  }

  /** The lines that the editor in front shows, as they are drawn: those on the screen. Blanks may be drawn as dots. */
  async lines(): Promise<string[]> {
    const editor = this.#window.page.locator(".editor-group-container.active .monaco-editor").first();
    const rows = await editor.locator(".view-line").evaluateAll((lines) =>
      lines
        .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent ?? "" }))
        .toSorted((a, b) => a.top - b.top)
        .map(({ text }) => text.replace(/[\u00a0\u00b7]/g, " ")),
    );
    return rows;
  }

  async shows(lines: readonly string[]): Promise<void> {
    await expect.poll(() => this.lines(), patience).toEqual(lines);
  }
}
