import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { eventually, TestNode, type TestNodeOptions } from "../../support/test-node.ts";
import type { EditorSetup } from "../setup/editor-setup.ts";
import { withoutNpm } from "../setup/without-npm.ts";
import { CodeServer } from "./code-server.ts";
import { EditorWindow } from "./editor-window.ts";
import { processesOf } from "./processes-of.ts";
import { quietSettings } from "./quiet-settings.ts";

export interface WorkbenchOptions extends TestNodeOptions {
  /** User settings besides those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the scope `machine`, which a window on a server reads there and not from the person's own. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly asksForTrust?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Lets windows run a test suite in their extension host. */
  readonly acceptsTestSuites?: boolean;
  /** Where the package is installed, if not where all tests share it. */
  readonly extensions?: string;
  /** Changes the node's folders before anything runs. */
  readonly prepare?: (node: TestNode) => Promise<void>;
}

/** What a workbench left behind after its end. Everything here is a fault. */
export interface Leftovers {
  readonly processes: readonly string[];
  readonly files: readonly string[];
}

interface Parts {
  /** The node that the extension uses: its folders, its log, and a way to ask it. */
  readonly node: TestNode;
  readonly server: CodeServer;
  readonly browser: BrowserContext;
  /** Everything of this workbench that is not the node's; removed at the end. */
  readonly folder: string;
}

const chromiumFlags = [
  "no-sandbox",
  "disable-gpu",
  "disable-quic",
  "disable-background-networking",
  "disable-sync",
  // The workbench asks for more themes when one is chosen: how long a name takes that nobody knows is no part of a test.
  "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
/** How long processes may take to notice that the workbench has gone: the node's linger and an engine's end. */
const leaveLimitMs = 15_000;

/**
 * A VS Code workbench with the installed package: a server with its own settings, a node home of its own, a browser,
 * and any number of windows.
 */
export class Workbench {
  readonly node: TestNode;
  readonly server: CodeServer;
  readonly browser: BrowserContext;
  /** The folder that the windows show. */
  readonly workspace: string;
  readonly #folder: string;
  readonly #windows: EditorWindow[] = [];
  #hasStopped = false;

  private constructor({ node, server, browser, folder }: Parts) {
    this.node = node;
    this.server = server;
    this.browser = browser;
    this.workspace = join(folder, "workspace");
    this.#folder = folder;
  }

  /** Starts everything but a window. */
  static async start(setup: EditorSetup, options: WorkbenchOptions = {}): Promise<Workbench> {
    const node = await TestNode.create(options);
    await options.prepare?.(node);
    const folder = await mkdtemp(join(tmpdir(), "mesh-editor-"));
    await mkdir(join(folder, "workspace"));
    await mkdir(join(folder, "home"));
    await writeFile(join(folder, "workspace/greet.js"), "function greet(name) {\n  return name;\n}\n");
    await writeSettings(join(folder, "data/User"), { ...quietSettings, ...options.settings });
    await writeSettings(join(folder, "data/Machine"), options.machineSettings ?? {});
    const home = { HOME: join(folder, "home") };
    const env = { ...withoutNpm(node.env), ...home };
    const { host, extensions, chromium: executablePath } = setup;
    const server = await CodeServer.start({ extensions, ...options, host, folder, env });
    const browser = await chromium.launchPersistentContext(join(folder, "browser"), {
      executablePath,
      headless: true,
      viewport: options.viewport ?? { width: 1400, height: 900 },
      env: { ...definedOnly(withoutNpm(process.env)), ...home },
      args: ["--headless=new", ...chromiumFlags.map((flag) => `--${flag}`)],
    });
    // A copied address is read back by tests.
    await browser.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
    await browser.request.post(`${server.url}/login`, { form: { password: server.password }, maxRedirects: 0 });
    return new Workbench({ node, server, browser, folder });
  }

  /**
   * Opens a window on the workspace's folder, or on a file that names several. The payload names a suite and an extension
   * under development.
   */
  async openWindow(payload: readonly (readonly [string, string])[] = [], file?: string): Promise<EditorWindow> {
    const blank = this.browser.pages().find((page) => page.url() === "about:blank");
    const window = new EditorWindow(blank ?? (await this.browser.newPage()), this.address(payload, file));
    this.#windows.push(window);
    await window.goto();
    return window;
  }

  address(payload: readonly (readonly [string, string])[] = [], file?: string): string {
    const query = new URLSearchParams(file === undefined ? { folder: this.workspace } : { workspace: file });
    if (payload.length > 0) query.set("payload", JSON.stringify(payload));
    return `${this.server.url}/?${query}`;
  }

  /** Pictures of all windows, for whoever looks into a failure. */
  async screenshots(name: string): Promise<void> {
    const open = this.#windows.filter(({ page }) => !page.isClosed());
    for (const [index, window] of open.entries()) await window.screenshot(`${name}-${index + 1}`);
  }

  /** Ends windows and server, waits for the node to follow, and says what stayed behind. Ends that as well. */
  async stop(): Promise<Leftovers> {
    if (this.#hasStopped) return { processes: [], files: [] };
    this.#hasStopped = true;
    await this.browser.close();
    await this.server.stop();
    await eventually(() => processesOf(this.node.home).length === 0, leaveLimitMs);
    const processes = processesOf(this.node.home);
    // VS Code leaves sockets of its own behind; they are not ours to judge.
    const files = this.node.leftovers().filter((file) => !file.includes("vscode-"));
    for (const { pid } of processes) process.kill(pid, "SIGKILL");
    await this.node.dispose();
    await rm(this.#folder, { recursive: true, force: true });
    return { processes: processes.map(({ pid, command }) => `${pid} ${command}`), files };
  }
}

async function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
