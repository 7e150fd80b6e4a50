import type { Locator } from "playwright-core";
import { type EditorWindow, patienceMs } from "./editor-window.ts";

/** A question to the editor's own chat waits for its sign-in to time out first, where there is no network. */
export const firstAnswerMs = 90_000;

/** The editor's own chat, beside ours. */
export class NativeChat {
  readonly #window: EditorWindow;

  private constructor(window: EditorWindow) {
    this.#window = window;
  }

  static async open(window: EditorWindow): Promise<NativeChat> {
    await window.palette.run("Chat: Open Chat");
    const chat = new NativeChat(window);
    await chat.#input.waitFor({ timeout: patienceMs });
    return chat;
  }

  /** Types a question, and sends it. One that ends with a command opens a list, which would take the Enter. */
  async ask(question: string): Promise<void> {
    const { keyboard } = this.#window.page;
    await this.#input.click();
    await keyboard.press("Control+A");
    await keyboard.press("Backspace");
    await keyboard.type(question, { delay: 15 });
    await keyboard.press("Enter");
  }

  /** The last answer. */
  get answer(): Locator {
    return this.#session.locator(".interactive-response").last();
  }

  /** What its text says, when it has said anything. */
  async answerText(): Promise<string> {
    const [text] = await this.answer.locator(".value").allInnerTexts();
    return text ?? "";
  }

  get signIn(): Locator {
    return this.#window.page.getByText("Sign in to use GitHub Copilot");
  }

  /** The bar below the prompt, which names the model. */
  get inputBar(): Locator {
    return this.#session.locator(".interactive-input-part").first();
  }

  /** Stops the answer that is being written; nothing where it has ended. */
  async cancel(): Promise<void> {
    const button = this.#session.locator(".interactive-input-part [aria-label^='Cancel']").first();
    if (await button.isVisible()) await button.click();
  }

  get #session(): Locator {
    return this.#window.page.locator(".interactive-session").first();
  }
  get #input(): Locator {
    return this.#session.locator(".interactive-input-part .monaco-editor").first();
  }
}
