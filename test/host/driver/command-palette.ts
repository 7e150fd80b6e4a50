import type { Locator, Page } from "playwright-core";
import { typeInto } from "./typing.ts";

/** How long an open list is waited for before it is opened anew, in milliseconds, and how often that is done. */
export const listedWithinMs = 5_000;
export const attempts = 8;

/** The command palette and the quick picks that commands open. */
export class CommandPalette {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Runs a command by its whole title, category included: "Mesh: Open Chat". */
  async run(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.show(title);
        await this.row(title).click({ timeout: listedWithinMs });
        return;
      } catch (error) {
        // A list that was opened while extensions are being read does not grow, and what takes the focus closes it.
        if (attempt === attempts) throw error;
        await this.dismiss();
      }
    }
  }

  /** Opens the palette with this text typed. */
  async show(text: string): Promise<void> {
    await this.#page.keyboard.press("F1");
    await this.input.waitFor({ state: "visible", timeout: listedWithinMs });
    await this.type(`>${text}`, listedWithinMs);
  }

  /** Types into the box that is open, in the place of what is there. */
  async type(text: string, timeout?: number): Promise<void> {
    await typeInto(this.input, text, timeout);
  }

  /** Picks an entry of the list that is open. */
  async pick(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Types into the box that is open and confirms. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.input.press("Enter");
  }

  /** Types a path into the editor's own dialog for files, which takes no Enter while it still reads a folder. */
  async answerPath(path: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.input.fill(path);
      await this.input.press("Enter");
      try {
        return await this.input.waitFor({ state: "hidden", timeout: listedWithinMs });
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
  }

  async dismiss(): Promise<void> {
    await this.#page.keyboard.press("Escape");
  }

  get input(): Locator {
    return this.#page.locator(".quick-input-widget input[type=text]").first();
  }

  /** The labels of all entries of the list that is open, also of those that are not on the screen. */
  async allLabels(): Promise<string[]> {
    const labels = new Map<string, string>();
    for (let pages = 0; pages < 50; pages++) {
      const rows = await this.rows.evaluateAll((all) =>
        all.map((row) => ({
          size: Number(row.getAttribute("aria-setsize")),
          place: row.getAttribute("aria-posinset") ?? "",
          label: row.querySelector(".label-name")?.textContent ?? "",
        })),
      );
      for (const { place, label } of rows) labels.set(place, label);
      if (labels.size >= (rows[0]?.size ?? Number.POSITIVE_INFINITY)) return [...labels.values()];
      await this.#page.keyboard.press("PageDown");
    }
    throw new Error(`The list has more than ${labels.size} entries.`);
  }

  /** The entry with exactly this label. */
  row(label: string): Locator {
    return this.rows.filter({ has: this.named(label) }).first();
  }

  /** What is exactly this label. */
  named(label: string): Locator {
    const exactly = new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
    return this.#page.locator(".label-name", { hasText: exactly });
  }

  /** What the list offers, without its separators. */
  async labels(): Promise<string[]> {
    const labels = await this.rows.locator(".quick-input-list-row:first-child .label-name").allInnerTexts();
    return labels.filter((label) => label !== "");
  }

  get rows(): Locator {
    return this.#page.locator(".quick-input-list .monaco-list-row");
  }
}
