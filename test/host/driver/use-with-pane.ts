import type { Frame, Locator } from "playwright-core";
import type { EditorWindow } from "./editor-window.ts";

/** The page *Use with…*, as a person uses it. */
export class UseWithPane {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Opens the page with its command and waits until a program is in it. */
  static async open(window: EditorWindow): Promise<UseWithPane> {
    await window.palette.run("Mesh: Use with…");
    return await UseWithPane.find(window);
  }

  /** The page that is there, or comes back by itself. */
  static async find(window: EditorWindow): Promise<UseWithPane> {
    const frame = await window.webview("main.use-with");
    await frame.getByRole("heading", { level: 1 }).waitFor();
    return new UseWithPane(frame);
  }

  button(name: string): Locator {
    return this.frame.getByRole("button", { name, exact: true });
  }

  /** Chooses a program from the list. */
  async choose(label: string): Promise<void> {
    await this.frame.getByRole("navigation").getByRole("button", { name: label, exact: true }).click();
    await this.frame.getByRole("heading", { level: 1, name: `Use with ${label}` }).waitFor();
  }

  get model(): Locator {
    return this.frame.getByRole("combobox", { name: "Model" });
  }
  get outcome(): Locator {
    return this.frame.locator(".outcome");
  }
  get snippets(): Locator {
    return this.frame.locator("figure pre");
  }

  /** What is cut off at the side: parts of the page that are wider than it. */
  async overflowing(): Promise<string[]> {
    return await this.frame.evaluate(() =>
      [...document.querySelectorAll("main *")]
        .filter((part) => part.closest(".spoken-only, pre, svg, select") === null)
        .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
        .map((part) => part.outerHTML.slice(0, 120)),
    );
  }
}
