import type { Locator, Page } from "playwright-core";

/** The activity bar and the views that it opens. */
export class SideBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens a view container by the name on its icon, unless it is open. */
  async open(container: string): Promise<void> {
    const icon = this.#page.locator(`.activitybar .action-item:has(a[aria-label^="${container}"])`);
    await icon.waitFor();
    if ((await icon.getAttribute("aria-expanded")) === "true") return;
    if (((await icon.getAttribute("class")) ?? "").split(" ").includes("checked")) return;
    await icon.click();
  }

  /** A row of any tree by a part of its text. */
  row(text: string | RegExp): Locator {
    return this.#page.locator(".pane-body .monaco-list-row", { hasText: text });
  }

  /** What every visible row says: its label, and its description after a bar. */
  async rowTexts(): Promise<string[]> {
    const text = (row: Locator): Promise<string[]> => row.locator(".label-name, .label-description").allInnerTexts();
    const rows = await this.#page.locator(".pane-body .monaco-list-row").all();
    return (await Promise.all(rows.map(text))).map((parts) => parts.filter((part) => part !== "").join(" | "));
  }

  /** Presses a button of a row, which shows only while the pointer is over it. */
  async pressInRow(row: Locator, button: string): Promise<void> {
    await row.hover();
    await row.getByRole("button", { name: button, exact: true }).click();
  }

  /** Pulls the side bar's edge until it is so wide, in pixels. */
  async resize(width: number): Promise<void> {
    const part = this.#page.locator(".part.sidebar");
    const box = await part.boundingBox();
    if (box === null) throw new Error("The side bar is hidden.");
    const y = box.y + box.height / 2;
    await this.#page.mouse.move(box.x + box.width, y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(box.x + width, y, { steps: 4 });
    await this.#page.mouse.up();
    // Away from the edge, which is lit while the pointer is on it and fades afterwards.
    await this.#page.mouse.move(box.x + width + 300, y);
    await this.#page.waitForFunction(() =>
      [...document.querySelectorAll(".monaco-sash")].every(
        (sash) => !sash.matches(".hover, .active") && sash.getAnimations({ subtree: true }).length === 0,
      ),
    );
  }

  /** The text of a view that has nothing to list. */
  get welcome(): Locator {
    return this.#page.locator(".pane-body .welcome-view-content:visible");
  }
}
