import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import {
  type FromMeshView,
  fromMeshViewSchema,
  type MeshSnapshot,
  type ToMeshView,
} from "../../../contract/webview/mesh.ts";
import { topologyWords } from "../../../extension/topology/topology-words.ts";
import { english } from "../../support/translate.ts";
import { type ThemeKind, themeTokens } from "./theme-tokens.ts";

const bundles = resolve(import.meta.dirname, "../../../dist/webview");
const origin = "http://mesh-view.test";
const nonce = "dmlldy10ZXN0";
/** As `extension/panels/webview-html.ts` has it; the bundles come from the page's own origin here. */
const policy = [
  "default-src 'none'",
  `script-src 'nonce-${nonce}'`,
  `style-src ${origin}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export interface MeshViewOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** The editor's own switch for less motion. */
  readonly editorReducesMotion?: boolean;
  readonly scale?: number;
  readonly foldsAbove?: number;
  readonly now?: number;
}

/** What stands in for the editor in the page: its API, its theme, and what it would have stored. */
function host(): void {
  const kept = sessionStorage.getItem("state");
  let state: unknown = kept === null ? undefined : JSON.parse(kept);
  const sent: unknown[] = [];
  const violations: string[] = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    violations.push(`${violatedDirective} ${blockedURI}`);
  });
  Object.assign(globalThis, {
    sent,
    violations,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sent.push(message),
      getState: () => state,
      setState: (next: unknown) => {
        state = next;
        sessionStorage.setItem("state", JSON.stringify(next));
      },
    }),
  });
}

interface HostPage {
  readonly sent: FromMeshView[];
  readonly violations: string[];
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
      if (pathname === "/") return await route.fulfill({ contentType: "text/html", body: pageHtml(options) });
      if (pathname === "/host.js") return await route.fulfill({ contentType: "text/javascript", body: `(${host})()` });
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
      animates: true,
      pausesOnBattery: false,
      metric: "latencyP50Ms",
      foldsAbove: this.#options.foldsAbove ?? 300,
    });
  }

  /** Chooses a theme, also while the page is open. */
  async wear(theme: ThemeKind): Promise<void> {
    const bodyClasses = [theme, ...(theme === "vscode-high-contrast-light" ? ["vscode-high-contrast"] : [])];
    if (this.#options.editorReducesMotion === true) bodyClasses.push("vscode-reduce-motion");
    await this.page.evaluate(
      ({ tokens, classes }) => {
        const { style } = document.documentElement;
        style.cssText = "";
        style.setProperty("--vscode-font-family", '"Segoe UI", system-ui, "Ubuntu", sans-serif');
        style.setProperty("--vscode-font-size", "13px");
        for (const [name, value] of Object.entries(tokens)) style.setProperty(`--vscode-${name}`, value);
        document.body.className = classes.join(" ");
      },
      { tokens: themeTokens[theme], classes: bodyClasses },
    );
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

const pageHtml = ({ theme = "vscode-dark" }: MeshViewOptions): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mesh</title>
<link rel="stylesheet" href="${origin}/mesh.css">
<script nonce="${nonce}" src="${origin}/host.js"></script>
</head>
<body class="${theme}">
<script nonce="${nonce}" src="${origin}/mesh.js"></script>
</body>
</html>`;
