import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { type NodeStatus, nodeStatus } from "../../contract/rpc/node.ts";
import { type Attachment, attachToNode, connectToNode } from "../../sidecar/client/attach.ts";
import type { ClientIdentity, ControlConnection } from "../../sidecar/client/control-connection.ts";
import { type Folders, resolveFolders } from "../../sidecar/platform/folders.ts";

const dist = resolve(import.meta.dirname, "../../dist");
export const cliProgram = join(dist, "bin/inference-mesh.mjs");
const sidecarProgram = join(dist, "sidecar/main.mjs");

export const testClient: ClientIdentity = { name: "test", version: "0.0.0", protocol: protocolVersion };

/** What of a test node to settle before it starts. */
export interface TestNodeOptions {
  /** Content of config.yaml. By default the gateway takes any free port, and the node lingers for as long as its first client may need. */
  readonly configuration?: string;
  /** Model files to copy into the models folder. */
  readonly models?: readonly string[];
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One isolated node: its own folders, its own sockets, a real detached sidecar. */
export class TestNode {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly folders: Folders;
  readonly #connections: ControlConnection[] = [];
  readonly #children: ChildProcess[] = [];

  private constructor(home: string) {
    this.home = home;
    // A runtime folder of its own, so that what a node leaves behind can be counted.
    const runtime = join(home, "run");
    // Whoever runs the tests may have models of other programs, which are no part of them.
    const elsewhere = { HOME: home, OLLAMA_MODELS: join(home, "ollama"), HF_HUB_CACHE: join(home, "hub") };
    // The same holds for their token.
    Object.assign(elsewhere, { HF_TOKEN: "", HF_TOKEN_PATH: join(home, "hub-token") });
    this.env = { ...process.env, ...elsewhere, INFERENCE_MESH_HOME: home, XDG_RUNTIME_DIR: runtime };
    this.folders = resolveFolders(this.env);
  }

  static async create(options: TestNodeOptions = {}): Promise<TestNode> {
    const home = await mkdtemp(join(tmpdir(), "mesh-"));
    await mkdir(join(home, "run"), { mode: 0o700 });
    const node = new TestNode(home);
    await mkdir(node.folders.config, { recursive: true });
    await mkdir(node.folders.models, { recursive: true });
    const configuration = options.configuration ?? "node: { lingerSeconds: 1 }\ngateway: { port: 0 }\n";
    await writeFile(join(node.folders.config, "config.yaml"), configuration);
    for (const model of options.models ?? []) await copyFile(model, join(node.folders.models, basename(model)));
    return node;
  }

  /** Attaches as a client does: the first call starts the sidecar. */
  async attach(identity = testClient, program = sidecarProgram): Promise<Attachment> {
    // The sidecar inherits the environment of whoever starts it.
    const saved = { ...process.env };
    Object.assign(process.env, this.env);
    try {
      const signal = AbortSignal.timeout(30_000);
      const attachment = await attachToNode({ folders: this.folders, identity, sidecarProgram: program, signal });
      this.#connections.push(attachment.connection);
      return attachment;
    } finally {
      for (const name of Object.keys(this.env)) if (!(name in saved)) delete process.env[name];
      Object.assign(process.env, saved);
    }
  }

  async connect(identity = testClient): Promise<ControlConnection> {
    const connection = await connectToNode({ folders: this.folders, identity });
    this.#connections.push(connection);
    return connection;
  }

  async status(): Promise<NodeStatus> {
    const open = this.#connections.find((each) => !each.isClosed);
    const connection = open ?? (await this.attach()).connection;
    return await connection.request(nodeStatus, {});
  }

  get key(): string {
    return readFileSync(join(this.folders.state, "gateway.key"), "utf8").trim();
  }

  /** What a client of the control socket must know. */
  get controlToken(): string {
    return readFileSync(join(this.folders.state, "control.token"), "utf8").trim();
  }

  /** Everything that the node has logged. */
  get log(): string {
    const path = join(this.folders.logs, "node.log");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Starts `inference-mesh …` in this node's surroundings. */
  spawnCli(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [cliProgram, ...args], { env: this.env, stdio: ["pipe", "pipe", "pipe"] });
    this.#children.push(child);
    return child;
  }

  async cli(...args: readonly string[]): Promise<Finished> {
    const child = this.spawnCli(args);
    child.stdin?.end();
    return await finish(child);
  }

  /** Process numbers of the node's children. Linux only. */
  childPids(nodePid: number): number[] {
    const children = readFileSync(`/proc/${nodePid}/task/${nodePid}/children`, "utf8");
    return children.trim().split(" ").filter(Boolean).map(Number);
  }

  /** The children that are engines; where there is a GPU, its driver's tool is one as well. */
  enginePids(nodePid: number): number[] {
    return this.childPids(nodePid).filter((child) => !nameOf(child).startsWith("nvidia-smi"));
  }

  /** Sockets in the runtime folder, and temporary or lock files in the others. */
  leftovers(): string[] {
    const sockets = existsSync(this.folders.runtime) ? readdirSync(this.folders.runtime) : [];
    const files = readdirSync(this.home, { recursive: true, encoding: "utf8" });
    return [...sockets, ...files.filter((file) => /\.(tmp|lock|recovery|sock)$/.test(file))];
  }

  /** Ends the node if it runs, and removes its folders. */
  async dispose(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    const pid = this.runningPid;
    for (const connection of this.#connections) connection.dispose();
    if (pid !== undefined) {
      kill(pid, "SIGTERM");
      kill(pid, "SIGTERM");
      if (!(await isGone(pid, 10_000))) kill(pid, "SIGKILL");
    }
    await rm(this.home, { recursive: true, force: true });
  }

  /** The process of the node that runs now, as its lock file says. */
  get runningPid(): number | undefined {
    try {
      const { pid } = JSON.parse(readFileSync(join(this.folders.state, "node.lock"), "utf8")) as { pid: number };
      return isAlive(pid) ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  /** The same where there must be one. */
  get pid(): number {
    const pid = this.runningPid;
    if (pid === undefined) throw new Error("No node is running.");
    return pid;
  }
}

/** Waits for a process and collects what it writes. */
export async function finish(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** True when the process ends within the limit. A zombie has ended. */
export async function isGone(pid: number, limitMs = 15_000): Promise<boolean> {
  return await eventually(() => !isAlive(pid), limitMs);
}

/** Polls for something that has no event: the state of another process. */
export async function eventually(condition: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
