import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { EditorHost } from "../setup/editor-host.ts";

export interface CodeServerOptions {
  readonly host: EditorHost;
  /** Holds user data, configuration and log; made if it is missing. Short, since sockets lie in it. */
  readonly folder: string;
  /** Where extensions are installed. */
  readonly extensions: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asks before it trusts a folder, as an editor does. By default every folder is trusted. */
  readonly asksForTrust?: boolean;
  /** Lets the address name an extension under development and a test suite, which run in the extension host. */
  readonly acceptsTestSuites?: boolean;
}

/** How long an ending server may take, in milliseconds. */
const stopLimitMs = 10_000;
const quiet = [
  "--disable-telemetry",
  "--disable-update-check",
  "--disable-getting-started-override",
  "--disable-proxy",
];

/** One workbench server on a free loopback port, behind a password of its own: other users share the loopback. */
export class CodeServer {
  readonly url: string;
  readonly password: string;
  readonly pid: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string, password: string) {
    this.#process = process;
    this.url = url;
    this.password = password;
    this.pid = process.pid ?? 0;
  }

  static async start(options: CodeServerOptions): Promise<CodeServer> {
    const password = randomBytes(12).toString("base64url");
    const args = ["--auth", "password", "--bind-addr", "127.0.0.1:0", ...quiet];
    if (!options.asksForTrust) args.push("--disable-workspace-trust");
    if (options.acceptsTestSuites) args.push("--vscode-option", "enable-smoke-test-driver");
    const child = spawn(options.host.node, [options.host.codeServer, ...(await places(options)), ...args], {
      env: { ...options.env, PASSWORD: password },
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      return new CodeServer(child, await address(child, join(options.folder, "server.log")), password);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Ends the server and its extension hosts, which would otherwise wait hours for a window to come back. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const limit = setTimeout(() => this.#process.kill("SIGKILL"), stopLimitMs);
    await exit;
    clearTimeout(limit);
  }

  /** Resolves when the server has ended by itself or by `stop`. */
  async ended(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
  }
}

/** Installs a package as a user would. */
export async function installVsix(options: CodeServerOptions, vsix: string): Promise<void> {
  const args = [...(await places(options)), "--install-extension", vsix, "--force"];
  await promisify(execFile)(options.host.node, [options.host.codeServer, ...args], { env: options.env });
}

/** A call without a configuration file of its own would write one into the person's home folder. */
async function places({ folder, extensions }: CodeServerOptions): Promise<string[]> {
  const userData = join(folder, "data");
  const config = join(folder, "code-server.yaml");
  await mkdir(join(userData, "User"), { recursive: true });
  await mkdir(extensions, { recursive: true });
  await writeFile(config, "auth: password\n");
  return ["--config", config, "--user-data-dir", userData, "--extensions-dir", extensions];
}

/** Waits until the server says where it listens; everything that it says goes to its log. */
async function address(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile);
  child.stderr?.pipe(log, { end: false });
  const { stdout } = child;
  if (stdout === null) throw new Error("The server has no output.");
  stdout.pipe(log, { end: false });
  return await new Promise((resolve, reject) => {
    createInterface(stdout).on("line", (line) => {
      const match = /HTTP server listening on (http:\/\/\S+?)\/?$/.exec(line);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      log.end();
      reject(new Error(`The workbench server ended with ${code}: see ${logFile}.`));
    });
  });
}
