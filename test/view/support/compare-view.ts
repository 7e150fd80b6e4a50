import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import { type FromCompareView, fromCompareViewSchema, type ToCompareView } from "../../../contract/webview/compare.ts";
import { compareWords } from "../../../extension/compare/compare-words.ts";
import { english } from "../../support/translate.ts";
import { editorHost, type HostPage } from "./editor-host.ts";
import { pageHtml, pageOrigin } from "./page-html.ts";
import { type ThemeKind, wearTheme } from "./theme-tokens.ts";

const bundles = resolve(import.meta.dirname, "../../../dist/webview");

export interface CompareViewOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly editorReducesMotion?: boolean;
}

/** The built page that compares, in a real Chromium, with an editor that the test plays. */
export class CompareView {
  readonly page: Page;
  /** What the console said that was no plain log. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #options: CompareViewOptions;

  private constructor(context: BrowserContext, page: Page, options: CompareViewOptions) {
    this.#context = context;
    this.page = page;
    this.#options = options;
    page.on("console", (message: ConsoleMessage) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  static async open(browser: Browser, options: CompareViewOptions = {}): Promise<CompareView> {
    const { width = 1_000, height = 700 } = options;
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    await page.route(`${pageOrigin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") return await route.fulfill({ contentType: "text/html", body: pageHtml("compare") });
      if (pathname === "/host.js") {
        return await route.fulfill({ contentType: "text/javascript", body: `(${editorHost})()` });
      }
      const contentType = pathname.endsWith(".css") ? "text/css" : "text/javascript";
      await route.fulfill({ contentType, body: readFileSync(join(bundles, pathname), "utf8") });
    });
    const view = new CompareView(context, page, options);
    await view.load();
    return view;
  }

  /** Loads the page as the editor does, also anew, and says hello to it. */
  async load(): Promise<void> {
    if (this.page.url().startsWith(pageOrigin)) await this.page.reload();
    else await this.page.goto(`${pageOrigin}/`);
    const { theme = "vscode-dark", editorReducesMotion = false } = this.#options;
    await wearTheme(this.page, theme, editorReducesMotion);
    await this.post({ type: "hello", words: compareWords(english), language: "en", instructions: "" });
  }

  /** Says something to the page, as the extension does, and waits until it is drawn. */
  async post(...messages: readonly ToCompareView[]): Promise<void> {
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
  async sent(): Promise<FromCompareView[]> {
    const sent = await this.page.evaluate(() => (globalThis as unknown as HostPage).sent);
    return sent.map((message) => fromCompareViewSchema.parse(message));
  }

  async violations(): Promise<string[]> {
    return await this.page.evaluate(() => (globalThis as unknown as HostPage).violations);
  }

  /** What has the focus, as a person would name it. */
  async focused(): Promise<string> {
    return await this.page.evaluate(() => {
      const active = document.activeElement;
      const labels = active instanceof HTMLInputElement ? [...(active.labels ?? [])] : [];
      return active?.getAttribute("aria-label") ?? labels[0]?.textContent ?? active?.textContent ?? "";
    });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** A page that has been told something. */
export async function openCompareView(
  browser: Browser,
  messages: readonly ToCompareView[],
  options: CompareViewOptions = {},
): Promise<CompareView> {
  const view = await CompareView.open(browser, options);
  await view.post(...messages);
  return view;
}
