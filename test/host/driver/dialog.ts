import type { Locator, Page } from "playwright-core";

/** The question that the window asks before it lets anything else happen. */
export class Dialog {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get element(): Locator {
    return this.#page.locator(".monaco-dialog-box");
  }

  /** Waits for a question with this text and presses a button of it. */
  async answer(question: string | RegExp, button: string): Promise<void> {
    await this.element.filter({ hasText: question }).waitFor();
    await this.element.getByRole("button", { name: button, exact: true }).click();
    await this.element.waitFor({ state: "detached" });
  }
}
