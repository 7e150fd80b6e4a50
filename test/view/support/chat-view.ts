import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import {
  type FromChatView,
  fromChatViewSchema,
  type SendKey,
  type ToChatView,
} from "../../../contract/webview/chat.ts";
import { chatWords } from "../../../extension/chat/chat-words.ts";
import { english } from "../../support/translate.ts";
import { editorHost, type HostPage } from "./editor-host.ts";
import { pageHtml, pageOrigin } from "./page-html.ts";
import { type ThemeKind, wearTheme } from "./theme-tokens.ts";

const bundles = resolve(import.meta.dirname, "../../../dist/webview");

export interface ChatViewOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  readonly editorReducesMotion?: boolean;
  readonly sendsWith?: SendKey;
  readonly opensThoughts?: boolean;
}

/** The built page of the chat in a real Chromium, with an editor that the test plays. */
export class ChatView {
  readonly page: Page;
  /** What the console said that was no plain log. */
  readonly complaints: string[] = [];
  /** What the page has asked any server for, but for its own three files. */
  readonly fetched: string[] = [];
  readonly #context: BrowserContext;
  readonly #options: ChatViewOptions;

  private constructor(context: BrowserContext, page: Page, options: ChatViewOptions) {
    this.#context = context;
    this.page = page;
    this.#options = options;
    page.on("console", (message: ConsoleMessage) => {
      // The toolkit's button tries a style of its own, which the policy refuses and which it does not need.
      if (message.text().startsWith("Applying inline style violates")) return;
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  static async open(browser: Browser, options: ChatViewOptions = {}): Promise<ChatView> {
    const { width = 400, height = 800, scale = 1 } = options;
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
    const page = await context.newPage();
    const view = new ChatView(context, page, options);
    await page.route("**", async (route) => {
      const url = new URL(route.request().url());
      if (url.origin !== pageOrigin) {
        view.fetched.push(url.href);
        return await route.abort();
      }
      if (url.pathname === "/") return await route.fulfill({ contentType: "text/html", body: pageHtml("chat") });
      if (url.pathname === "/host.js") {
        return await route.fulfill({ contentType: "text/javascript", body: `(${editorHost})()` });
      }
      const contentType = url.pathname.endsWith(".css") ? "text/css" : "text/javascript";
      await route.fulfill({ contentType, body: readFileSync(join(bundles, url.pathname), "utf8") });
    });
    await view.load();
    return view;
  }

  /** Loads the page as the editor does, also anew, and says hello to it. */
  async load(): Promise<void> {
    if (this.page.url().startsWith(pageOrigin)) await this.page.reload();
    else await this.page.goto(`${pageOrigin}/`);
    const { theme = "vscode-dark", editorReducesMotion = false } = this.#options;
    await wearTheme(this.page, theme, editorReducesMotion);
    await this.post({
      type: "hello",
      words: chatWords(english),
      sendsWith: this.#options.sendsWith ?? "enter",
      opensThoughts: this.#options.opensThoughts ?? false,
    });
  }

  /** Says something to the page, as the extension does, and waits until it is drawn. */
  async post(...messages: readonly ToChatView[]): Promise<void> {
    await this.page.evaluate((all) => {
      for (const message of all) postMessage(message, "*");
    }, messages);
    await this.drawn();
  }

  /** Two frames later the page has taken in what has happened, and has drawn. */
  async drawn(): Promise<void> {
    await this.page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
  }

  /**
   * What the page has asked the extension for, oldest first.
   *
   * @throws when it has said something that is not in the contract
   */
  async sent(): Promise<FromChatView[]> {
    const sent = await this.page.evaluate(() => (globalThis as unknown as HostPage).sent);
    return sent.map((message) => fromChatViewSchema.parse(message));
  }

  /** What it said last. */
  async lastSent(): Promise<FromChatView | undefined> {
    return (await this.sent()).at(-1);
  }

  async violations(): Promise<string[]> {
    return await this.page.evaluate(() => (globalThis as unknown as HostPage).violations);
  }

  /** What has the focus, as a person would name it. */
  async focused(): Promise<string> {
    return await this.page.evaluate(() => {
      const active = document.activeElement;
      const isField = active !== null && "labels" in active;
      const [label] = isField ? ((active as HTMLInputElement).labels ?? []) : [];
      return label?.textContent ?? active?.getAttribute("aria-label") ?? active?.textContent ?? "";
    });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** A chat that has been told something. */
export async function openChatView(
  browser: Browser,
  messages: readonly ToChatView[],
  options: ChatViewOptions = {},
): Promise<ChatView> {
  const view = await ChatView.open(browser, options);
  await view.post(...messages);
  return view;
}
