import type { Locator, Page } from "playwright-core";

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
    for (const label of labels) await this.item(label).click();
  }

  item(label: string): Locator {
    return this.#page.locator(".monaco-menu .action-item").getByRole("menuitem", { name: label, exact: true });
  }
}
