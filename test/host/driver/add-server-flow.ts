import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { type EditorWindow, patience } from "./editor-window.ts";

/** Step by step through *Mesh: Add Server…*, as a person does it. */
export class AddServerFlow {
  readonly #window: EditorWindow;

  constructor(window: EditorWindow) {
    this.#window = window;
  }

  async open(): Promise<void> {
    await this.#window.palette.run("Mesh: Add Server…");
    await this.at(1);
  }

  /** Types a kind, since the list is longer than what it shows, and picks it. */
  async chooseKind(label: string): Promise<void> {
    await this.#window.palette.type(label);
    await this.#window.palette.pick(label);
  }

  /** Waits for this step; the box says which one it is. */
  async at(step: number): Promise<void> {
    await expect.poll(() => this.title(), patience).toBe(`Add a server (${step}/5)`);
  }

  /** The key's box, where nobody reads over a shoulder. */
  get keyInput(): Locator {
    return this.#window.page.locator(".quick-input-widget input[type=password]");
  }

  async title(): Promise<string> {
    return await this.#window.page.locator(".quick-input-title").innerText();
  }

  /** What is said about the text that is typed. */
  async remark(): Promise<string> {
    return await this.#window.page.locator(".quick-input-message").innerText();
  }

  async back(): Promise<void> {
    await this.#window.page.locator('.quick-input-titlebar a[aria-label^="Back"]').click();
  }

  /** Confirms what stands there. */
  async enter(): Promise<void> {
    await this.#window.page.keyboard.press("Enter");
  }
}
