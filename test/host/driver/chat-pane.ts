import type { Frame, Locator } from "playwright-core";
import { CommandPalette } from "./command-palette.ts";
import { type EditorWindow, patienceMs } from "./editor-window.ts";
import { sendFrom } from "./typing.ts";

/** The chat view, as a person uses it. */
export class ChatPane {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Opens the view with its command and waits until it can be asked something. */
  static async open(window: EditorWindow): Promise<ChatPane> {
    await window.palette.run("Mesh: Open Chat");
    return await ChatPane.find(window);
  }

  /** The view that is there, or appears by itself. */
  static async find(window: EditorWindow): Promise<ChatPane> {
    return new ChatPane(await window.webview("main.chat"));
  }

  get prompt(): Locator {
    return this.frame.getByRole("textbox", { name: "Question", exact: true });
  }
  /** The button that says which model is asked, and opens the editor's list of them. */
  get model(): Locator {
    return this.frame.locator(".model-button");
  }
  button(name: string): Locator {
    return this.frame.getByRole("button", { name, exact: true });
  }

  /** Chooses a model by a part of its name, in the editor's own list. */
  async choose(name: string): Promise<void> {
    await this.model.click();
    const page = this.frame.page();
    const list = new CommandPalette(page);
    await list.type(name);
    // What stands for others names it as well, behind its own label.
    const label = page.locator(".quick-input-list-row:first-child .label-name", { hasText: name });
    await list.rows.filter({ has: label }).first().click();
    await this.model.filter({ hasText: name }).waitFor();
  }

  /**
   * Sends the extension a message as the page's own script would.
   *
   * @returns when it left, in milliseconds since 1970 by the browser's clock
   */
  async post(message: unknown): Promise<number> {
    // The page's script has the only handle; the frame around the page passes its messages on by this function.
    const around = this.frame.parentFrame();
    if (around === null) throw new Error("The view has gone.");
    return await around.evaluate((content) => {
      const outer = window as unknown as { __vscode_post_message__(channel: string, data: unknown): void };
      const sentAt = performance.timeOrigin + performance.now();
      outer.__vscode_post_message__("onmessage", { message: content });
      return sentAt;
    }, message);
  }

  /** Leaves the conversation for an empty one. */
  async begin(window: EditorWindow): Promise<void> {
    await window.palette.run("Mesh: New Chat");
    await this.frame.locator("article").first().waitFor({ state: "detached" });
  }

  /** Asks, and waits until the question is shown: only then the newest answer is the one to it. */
  async ask(question: string): Promise<void> {
    const before = await this.questions.count();
    await this.send(question);
    await this.questions.nth(before).waitFor();
  }

  /** The same, for what may not be asked at once. */
  async send(question: string): Promise<void> {
    // What keeps it from being asked is gone: the node is ready and its models are known.
    await this.notice.waitFor({ state: "detached" });
    await sendFrom(this.prompt, question);
  }

  /** The newest answer, whatever its state. */
  get answer(): Locator {
    return this.frame.locator("article.is-assistant").last();
  }
  /** The newest answer once it is complete, stopped or failed. */
  get endedAnswer(): Locator {
    return this.frame.locator("article.is-assistant:last-child[aria-busy=false]");
  }
  /** What the model wrote of the newest answer, without the view's own notes. */
  get text(): Locator {
    return this.answer.locator(".turn-body > .markdown");
  }
  /** How many characters of the newest answer are there. */
  async written(): Promise<number> {
    return (await this.text.allInnerTexts()).join("").length;
  }
  get questions(): Locator {
    return this.frame.locator("article.is-user .turn-body");
  }
  /** Why nothing can be asked. */
  get notice(): Locator {
    return this.frame.locator(".notice-host .notice");
  }

  /** Waits until at least so many characters of an answer are there while it is still being written. */
  async streamedAtLeast(characters: number, timeout = patienceMs): Promise<void> {
    const isThere = (least: number): boolean => {
      const answer = document.querySelector("article.is-assistant:last-child[aria-busy=true] .turn-body > .markdown");
      return (answer?.textContent.length ?? 0) >= least;
    };
    await this.frame.waitForFunction(isThere, characters, { timeout });
  }

  /** Counts from now on how often the text of the newest answer grows; `stop` says how often it did. */
  async watchGrowth(): Promise<{ stop(): Promise<number> }> {
    await this.frame.evaluate(() => {
      let last = 0;
      const counter = { count: 0, observer: new MutationObserver(() => look()) };
      const look = (): void => {
        const answer = document.querySelector("article.is-assistant:last-child .turn-body > .markdown");
        const length = answer?.textContent.length ?? 0;
        if (length > last) counter.count++;
        last = length;
      };
      counter.observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { growthOfTheAnswer: counter });
    });
    return {
      stop: async () =>
        await this.frame.evaluate(() => {
          const { growthOfTheAnswer } = window as unknown as {
            growthOfTheAnswer: { count: number; observer: MutationObserver };
          };
          growthOfTheAnswer.observer.disconnect();
          return growthOfTheAnswer.count;
        }),
    };
  }
}
