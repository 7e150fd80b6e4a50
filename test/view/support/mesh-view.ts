import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import {
  type FromMeshView,
  fromMeshViewSchema,
  type MeshSnapshot,
  type ToMeshView,
} from "../../../contract/webview/mesh.ts";
import type { EdgeMetric } from "../../../contract/webview/mesh-things.ts";
import { topologyWords } from "../../../extension/topology/topology-words.ts";
import { english } from "../../support/translate.ts";
import { editorHost, type HostPage } from "./editor-host.ts";
import { pageOrigin as origin, pageHtml } from "./page-html.ts";
import { type ThemeKind, wearTheme } from "./theme-tokens.ts";

const bundles = resolve(import.meta.dirname, "../../../dist/webview");
export interface MeshViewOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** The editor's own switch for less motion. */
  readonly editorReducesMotion?: boolean;
  readonly scale?: number;
  readonly animates?: boolean;
  readonly metric?: EdgeMetric;
  readonly foldsAbove?: number;
  readonly now?: number;
}

/** The built page in a real Chromium, with an editor that the test plays. */
export class MeshView {
  readonly page: Page;
  /** What the console said that was no plain log. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #options: MeshViewOptions;

  private constructor(context: BrowserContext, page: Page, options: MeshViewOptions) {
    this.#context = context;
    this.page = page;
    this.#options = options;
    page.on("console", (message: ConsoleMessage) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  static async open(browser: Browser, options: MeshViewOptions = {}): Promise<MeshView> {
    const { width = 1_000, height = 700, reducedMotion = false, scale = 1 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      reducedMotion: reducedMotion ? "reduce" : "no-preference",
      deviceScaleFactor: scale,
    });
    const page = await context.newPage();
    await page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/")
        return await route.fulfill({ contentType: "text/html", body: pageHtml("mesh", options.theme) });
      if (pathname === "/host.js")
        return await route.fulfill({ contentType: "text/javascript", body: `(${editorHost})()` });
      const contentType = pathname.endsWith(".css") ? "text/css" : "text/javascript";
      await route.fulfill({ contentType, body: readFileSync(join(bundles, pathname), "utf8") });
    });
    if (options.now !== undefined) await page.clock.setFixedTime(options.now);
    const view = new MeshView(context, page, options);
    await view.load();
    return view;
  }

  /** Loads the page as the editor does, also anew, and says hello to it. */
  async load(): Promise<void> {
    if (this.page.url().startsWith(origin)) await this.page.reload();
    else await this.page.goto(`${origin}/`);
    await this.wear(this.#options.theme ?? "vscode-dark");
    await this.post({
      type: "hello",
      words: topologyWords(english),
      language: "en",
      animates: this.#options.animates ?? true,
      pausesOnBattery: false,
      metric: this.#options.metric ?? "latencyP50Ms",
      foldsAbove: this.#options.foldsAbove ?? 300,
    });
  }

  /** Chooses a theme, also while the page is open. */
  async wear(theme: ThemeKind): Promise<void> {
    await wearTheme(this.page, theme, this.#options.editorReducesMotion);
  }

  async post(...messages: readonly ToMeshView[]): Promise<void> {
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
  async sent(): Promise<FromMeshView[]> {
    const sent = await this.page.evaluate(() => (globalThis as unknown as HostPage).sent);
    return sent.map((message) => fromMeshViewSchema.parse(message));
  }

  async violations(): Promise<string[]> {
    return await this.page.evaluate(() => (globalThis as unknown as HostPage).violations);
  }

  /** Where a thing is on the page: its middle. */
  async placeOf(id: string): Promise<{ x: number; y: number; width: number; height: number }> {
    const place = await this.page.evaluate((thing) => {
      const { meshPage } = globalThis as unknown as MeshGlobal;
      const own = meshPage.graph.placeOf(thing);
      const stage = meshPage.graph.element.getBoundingClientRect();
      return own && { ...own, x: own.x + stage.x, y: own.y + stage.y };
    }, id);
    if (place === undefined) throw new Error(`${id} is not in the picture`);
    return place;
  }

  /** Requests that are drawn on their way now. */
  async particles(): Promise<number> {
    return await this.page.evaluate(() => (globalThis as unknown as MeshGlobal).meshPage.graph.particleCount);
  }

  async click(id: string): Promise<void> {
    const { x, y } = await this.placeOf(id);
    await this.page.mouse.click(x, y);
    await this.drawn();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** What the page leaves for tests: see `webview/topology/main.ts`. */
export interface MeshGlobal {
  readonly meshPage: {
    readonly graph: {
      readonly element: HTMLElement;
      readonly particleCount: number;
      placeOf(id: string): { x: number; y: number; width: number; height: number } | undefined;
    };
    receive(message: ToMeshView): void;
  };
}

/** A view that shows a mesh. */
export async function openMeshView(
  browser: Browser,
  mesh: MeshSnapshot,
  options: MeshViewOptions = {},
): Promise<MeshView> {
  const view = await MeshView.open(browser, options);
  await view.post(mesh);
  return view;
}
