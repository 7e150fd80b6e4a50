import type { Frame, Locator } from "playwright-core";
import type { EditorWindow } from "./editor-window.ts";
import { typeInto } from "./typing.ts";

/** The page that compares, as a person uses it. */
export class ComparePane {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Opens the page with its command, and ticks these models in the editor's list. */
  static async open(window: EditorWindow, models: readonly string[]): Promise<ComparePane> {
    await window.palette.run("Mesh: Compare Models…");
    await ComparePane.tick(window, models);
    return await ComparePane.find(window);
  }

  /** Ticks models in the list that is open, and confirms. */
  static async tick(window: EditorWindow, models: readonly string[]): Promise<void> {
    for (const model of models) await window.palette.row(model).click();
    await window.palette.input.press("Enter");
    await window.palette.input.waitFor({ state: "hidden" });
  }

  /** The page that is there, or comes back by itself. */
  static async find(window: EditorWindow): Promise<ComparePane> {
    return new ComparePane(await window.webview("main.compare"));
  }

  get prompt(): Locator {
    return this.frame.getByRole("textbox", { name: "Prompt", exact: true });
  }
  get chosen(): Locator {
    return this.frame.locator(".chips li");
  }
  button(name: string): Locator {
    return this.frame.getByRole("button", { name, exact: true });
  }
  field(name: string): Locator {
    return this.frame.getByLabel(name, { exact: true });
  }

  /** Sets the most tokens of an answer, in the options. */
  async limit(tokens: number): Promise<void> {
    const { frame } = this;
    if ((await frame.locator("details.settings[open]").count()) === 0) await frame.getByText("Options").click();
    await typeInto(this.field("Max tokens"), String(tokens));
  }

  /** Asks, and waits until the columns are those of this question. */
  async run(prompt: string): Promise<void> {
    await typeInto(this.prompt, prompt);
    await this.prompt.press("Enter");
    await this.frame.locator(".run-prompt").getByText(prompt, { exact: true }).waitFor();
  }

  /** All answers, as regions. */
  get columns(): Locator {
    return this.frame.locator("section.column");
  }
  column(title: string): Locator {
    return this.frame.getByRole("region", { name: title, exact: true });
  }
  /** Answers that have ended, however they did. */
  get ended(): Locator {
    return this.frame.locator("section.column[aria-busy=false]");
  }

  /** Waits until so many answers have ended. */
  async endedAll(count: number): Promise<void> {
    await this.ended.nth(count - 1).waitFor();
    await this.frame.locator("section.column[aria-busy=true]").first().waitFor({ state: "detached" });
  }

  /** What the models wrote, in the order of the columns. */
  async texts(): Promise<string[]> {
    return await this.columns.locator(".markdown").evaluateAll((all) => all.map((each) => each.textContent ?? ""));
  }
}
