import type { Locator } from "playwright-core";
import type { EditorWindow } from "./editor-window.ts";

/** The extension's walkthrough, open in an editor. */
export class Walkthrough {
  readonly #window: EditorWindow;

  private constructor(window: EditorWindow) {
    this.#window = window;
  }

  /** Opens it with its command. */
  static async open(window: EditorWindow): Promise<Walkthrough> {
    await window.palette.run("Mesh: Open Walkthrough");
    const walkthrough = new Walkthrough(window);
    await walkthrough.#steps.first().waitFor();
    return walkthrough;
  }

  async stepNames(): Promise<string[]> {
    return await this.#steps.evaluateAll((steps) =>
      steps.map((step) => (step as HTMLElement).dataset.stepId?.split("#").at(-1) ?? ""),
    );
  }

  /** The steps that are ticked. */
  async ticked(): Promise<string[]> {
    return await this.#steps.evaluateAll((steps) =>
      steps
        .filter((step) => step.querySelector("[role=checkbox]")?.ariaChecked === "true")
        .map((step) => (step as HTMLElement).dataset.stepId?.split("#").at(-1) ?? ""),
    );
  }

  /** Opens a step and presses its button. */
  async press(step: string, button: string): Promise<void> {
    const opened = this.#window.page.locator(`.getting-started-step[data-step-id$="#${step}"]`);
    await opened.locator(".step-title").click();
    await opened.getByRole("button", { name: button, exact: true }).click();
  }

  get #steps(): Locator {
    return this.#window.page.locator(".gettingStartedContainer .getting-started-step");
  }
}
