import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import { editorHost, type HostPage } from "./editor-host.ts";
import { pageHtml, pageOrigin } from "./page-html.ts";
import { type ThemeKind, wearTheme } from "./theme-tokens.ts";

const bundles = resolve(import.meta.dirname, "../../../dist/webview");

export interface BuiltPageOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** The system's switch for less motion. */
  readonly reducedMotion?: boolean;
  /** The editor's own. */
  readonly editorReducesMotion?: boolean;
}

/** What one page has of its own. */
export interface PageTraits<To, From> {
  /** The name of its files in `dist/webview`. */
  readonly bundle: string;
  /** What the extension says first. */
  readonly hello: To;
  /** @throws when that is not in the contract */
  readonly read: (message: unknown) => From;
  /** How warnings of the console begin that are no complaint. */
  readonly tolerated?: string;
}

/** A context of its own and an empty page in it, to become a {@link BuiltPage}. */
export async function newPage(
  browser: Browser,
  { width, height, scale = 1, reducedMotion = false }: BuiltPageOptions,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: { width: width ?? 1_000, height: height ?? 700 },
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
    deviceScaleFactor: scale,
  });
  return { context, page: await context.newPage() };
}

/** A built page in a real Chromium, with an editor that the test plays. `To` is what the extension says, `From` the page. */
export class BuiltPage<To, From> {
  readonly page: Page;
  /** What the console said that was no plain log. */
  readonly complaints: string[] = [];
  /** What the page has asked any server for, but for its own three files. */
  readonly fetched: string[] = [];
  readonly #context: BrowserContext;
  readonly #options: BuiltPageOptions;
  readonly #traits: PageTraits<To, From>;

  protected constructor(
    { context, page }: { context: BrowserContext; page: Page },
    options: BuiltPageOptions,
    traits: PageTraits<To, From>,
  ) {
    this.#context = context;
    this.page = page;
    this.#options = options;
    this.#traits = traits;
    page.on("console", (message: ConsoleMessage) => {
      if (traits.tolerated !== undefined && message.text().startsWith(traits.tolerated)) return;
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Answers the page's requests as the editor does, and those to others not at all; then loads it. */
  protected async begin(): Promise<this> {
    await this.page.route("**", async (route) => {
      const { origin, href, pathname } = new URL(route.request().url());
      if (origin !== pageOrigin) {
        this.fetched.push(href);
        return await route.abort();
      }
      if (pathname === "/") {
        const body = pageHtml(this.#traits.bundle, this.#options.theme);
        return await route.fulfill({ contentType: "text/html", body });
      }
      if (pathname === "/host.js") {
        return await route.fulfill({ contentType: "text/javascript", body: `(${editorHost})()` });
      }
      const contentType = pathname.endsWith(".css") ? "text/css" : "text/javascript";
      await route.fulfill({ contentType, body: readFileSync(join(bundles, pathname), "utf8") });
    });
    await this.load();
    return this;
  }

  /** Loads the page as the editor does, also anew, and says hello to it. */
  async load(): Promise<void> {
    if (this.page.url().startsWith(pageOrigin)) await this.page.reload();
    else await this.page.goto(`${pageOrigin}/`);
    await this.wear(this.#options.theme ?? "vscode-dark");
    await this.post(this.#traits.hello);
  }

  /** Chooses a theme, also while the page is open. */
  async wear(theme: ThemeKind): Promise<void> {
    await wearTheme(this.page, theme, this.#options.editorReducesMotion);
  }

  /** Says something to the page, as the extension does, and waits until it is drawn. */
  async post(...messages: readonly To[]): Promise<void> {
    // As text: a large mesh takes the driver's own way of passing objects seconds.
    await this.page.evaluate((all) => {
      for (const message of JSON.parse(all) as unknown[]) postMessage(message, "*");
    }, JSON.stringify(messages));
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
  async sent(): Promise<From[]> {
    const sent = await this.page.evaluate(() => (globalThis as unknown as HostPage).sent);
    return sent.map((message) => this.#traits.read(message));
  }

  /** What it said last. */
  async lastSent(): Promise<From | undefined> {
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
      return active?.getAttribute("aria-label") ?? label?.textContent ?? active?.textContent ?? "";
    });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
