import type { Locator, Page } from "playwright-core";

/** The messages in the window's corner. */
export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The message that contains this text. */
  with(text: string | RegExp): Locator {
    return this.#page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  /**
   * The same in the list behind the bell, while that is open: the corner shows three messages at most, and of several within a
   * second no more.
   */
  listed(text: string | RegExp): Locator {
    return this.#page.locator(".notifications-center .notification-list-item", { hasText: text });
  }

  /** Presses a button of a message. */
  async press(message: Locator, button: string): Promise<void> {
    await message.getByRole("button", { name: button, exact: true }).click();
  }

  async texts(): Promise<string[]> {
    return await this.#page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts();
  }
}
