import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ConsoleMessage, Frame, Locator, Page } from "playwright-core";
import { CommandPalette } from "./command-palette.ts";
import { Dialog } from "./dialog.ts";
import { extensionId } from "./extension-id.ts";
import { Notifications } from "./notifications.ts";
import { SideBar } from "./side-bar.ts";

export const artifacts = resolve(import.meta.dirname, "../../artifacts");

/** How long the workbench may take to show something, in milliseconds: generous, since it shares two cores. */
export const patienceMs = 30_000;
/** The same for a window to open: on a busy machine it reads its 20 MB of scripts slowly. */
const openingMs = 60_000;
/** The same for `expect.poll`. */
export const patience = { timeout: patienceMs, interval: 50 };

/** One window of the workbench, as a person sees it. */
export class EditorWindow {
  readonly page: Page;
  readonly palette: CommandPalette;
  readonly sideBar: SideBar;
  readonly notifications: Notifications;
  readonly dialog: Dialog;
  /** What the window and its extension host said on the console, newest last. */
  readonly console: string[] = [];
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    this.palette = new CommandPalette(page);
    this.sideBar = new SideBar(page);
    this.notifications = new Notifications(page);
    this.dialog = new Dialog(page);
    page.setDefaultTimeout(patienceMs);
    page.on("console", (message) => this.console.push(lineOf(message)));
    page.on("pageerror", (error) => this.console.push(`error: ${error.message}`));
  }

  async goto(): Promise<void> {
    await this.page.goto(this.#url, { timeout: openingMs });
    await this.#waitUntilUsable();
  }

  /** Loads the window anew: its extension host ends, and another one starts. */
  async reload(): Promise<void> {
    await this.page.reload({ timeout: openingMs });
    await this.#waitUntilUsable();
  }

  /** Closes the window; the server ends its extension host. */
  async close(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }

  /** What our item in the status bar says to a screen reader; undefined while there is none. */
  async statusWords(): Promise<string | undefined> {
    const [words] = await this.statusBarItem.locator("a").evaluateAll((links) => links.map((link) => link.ariaLabel));
    return words ?? undefined;
  }

  get statusBarItem(): Locator {
    return this.page.locator(`.statusbar-item[id^="${extensionId}"]`);
  }

  /** Waits until the extensions that start with the window have started. */
  async settled(): Promise<void> {
    await this.page.getByText("Activating Extensions...", { exact: true }).waitFor({ state: "detached" });
  }

  /** The frame of a webview, recognised by something in it. Webviews lie in two frames of another origin. */
  async webview(selector: string): Promise<Frame> {
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) if (await holds(frame, selector)) return frame;
      // Frames come and go while a view loads, and none of their events says that its content is there.
      await this.page.waitForTimeout(50);
    }
    throw new Error(`No webview has ${selector}. Frames: ${this.page.frames().map((frame) => frame.url())}`);
  }

  /** Lines of the console, which is the extension host's as well, that tell of an error of ours. */
  get ownErrors(): string[] {
    return this.console.filter((line) => line.startsWith("error") && line.toLowerCase().includes(extensionId));
  }

  /** What the extension has kept for this workspace, as it lies in the browser's storage; undefined when nothing. */
  async kept(): Promise<unknown> {
    const stored = await this.page.evaluate(async (key) => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const values: unknown[] = [];
      for (const { name = "" } of await indexedDB.databases()) {
        const database = await settled(indexedDB.open(name));
        const [table] = database.objectStoreNames;
        if (table !== undefined) values.push(await settled(database.transaction(table).objectStore(table).get(key)));
        database.close();
      }
      return values.find((value) => typeof value === "string");
    }, extensionId);
    return stored === undefined ? undefined : JSON.parse(stored);
  }

  /** The channel that the output panel shows. */
  async outputChannel(): Promise<string> {
    const [shown] = await this.page.locator(".part.panel .monaco-select-box option:checked").allInnerTexts();
    return shown ?? "";
  }

  /** What is in the clipboard, whoever put it there. */
  async clipboard(): Promise<string> {
    return await this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** A picture for people to judge. */
  async screenshot(name: string): Promise<void> {
    await mkdir(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  async #waitUntilUsable(): Promise<void> {
    const timeout = openingMs;
    await this.page.locator(".monaco-workbench").waitFor({ timeout });
    // The status bar says where the window is connected once the extension host's side is there.
    await this.page.locator(".statusbar-item[id='status.host']").waitFor({ timeout });
  }
}

async function holds(frame: Frame, selector: string): Promise<boolean> {
  if (frame.parentFrame() === null) return false;
  try {
    return (await frame.locator(selector).count()) > 0;
  } catch {
    // The frame went away while it was asked.
    return false;
  }
}

function lineOf(message: ConsoleMessage): string {
  return `${message.type()}: ${message.text()}`;
}
