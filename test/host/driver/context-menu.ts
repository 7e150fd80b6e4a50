import type { Locator, Page } from "playwright-core";

const attempts = 8;
const chosenWithinMs = 3_000;

/** The menu that a right click opens, with its submenus. */
export class ContextMenu {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens it at what has the focus. */
  async openAtFocus(): Promise<void> {
    await this.#page.keyboard.press("Shift+F10");
  }

  /** Chooses an entry, through the submenus above it. */
  async choose(...labels: readonly string[]): Promise<void> {
    const last = labels.at(-1) ?? "";
    for (const label of labels.slice(0, -1)) await this.item(label).click();
    for (let attempt = 1; ; attempt++) {
      await this.item(last).click();
      try {
        await this.item(last).waitFor({ state: "detached", timeout: chosenWithinMs });
        return;
      } catch (error) {
        // A menu that has just opened takes no click, lest the one that opened it chooses something.
        if (attempt === attempts) throw error;
      }
    }
  }

  item(label: string): Locator {
    return this.#page.locator(".monaco-menu .action-item").getByRole("menuitem", { name: label, exact: true });
  }
}
