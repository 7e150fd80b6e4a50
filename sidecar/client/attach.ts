import { type ChildProcess, spawn } from "node:child_process";
import { homedir } from "node:os";
import { resolve as resolvePath } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type StartReport, startReportSchema } from "../lifecycle/start-report.ts";
import { nodeEnvironment } from "../platform/child-environment.ts";
import type { Folders } from "../platform/folders.ts";
import { reachNode } from "../start-node.ts";
import { type ClientIdentity, ControlConnection } from "./control-connection.ts";

export interface AttachOptions {
  readonly folders: Folders;
  readonly identity: ClientIdentity;
  /** The built sidecar to start when no node is running. */
  readonly sidecarProgram: string;
  readonly signal: AbortSignal;
}

export interface Attachment {
  readonly connection: ControlConnection;
  /** True when this call started the node. */
  readonly startedIt: boolean;
}

/** How long a start may take, in milliseconds. */
const startLimitMs = 20_000;
/** How long an ending node may take to finish its answers. */
const handoverLimitMs = 120_000;
const pollMs = 50;

/** Connects to this user's node. @throws MeshError `node_not_running` and those of `ControlConnection.open` */
export async function connectToNode(options: Pick<AttachOptions, "folders" | "identity">): Promise<ControlConnection> {
  return await ControlConnection.open(reachNode(options.folders), options.identity);
}

/**
 * Connects to this user's node, starting it if there is none. When several clients do so at once, one of the started
 * processes gets the lock, and all clients end up at that one. A node that is ending, or of an older protocol, makes
 * room first.
 *
 * @throws MeshError `client_too_old`, `node_start_failed`, and whatever kept the node from starting
 */
export async function attachToNode(options: AttachOptions): Promise<Attachment> {
  const startedAt = performance.now();
  let limitMs = startLimitMs;
  let startedIt = false;
  let lastError: MeshError | undefined;
  while (performance.now() - startedAt < limitMs) {
    try {
      return { connection: await connectToNode(options), startedIt };
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      lastError = error;
    }
    if (lastError.code === "node_too_old" || lastError.code === "node_draining") limitMs = handoverLimitMs;
    else if (lastError.code !== "node_not_running") throw lastError;
    else if (await startSidecar(options)) {
      startedIt = true;
      continue;
    }
    await delay(pollMs, undefined, { signal: options.signal });
  }
  throw new MeshError("node_start_failed", { reason: lastError?.message ?? "it did not answer in time" });
}

/**
 * Starts a sidecar that outlives this process. True when it is ready, false when another process already is the node.
 *
 * @throws MeshError why it could not start
 */
async function startSidecar({ sidecarProgram, signal }: AttachOptions): Promise<boolean> {
  const child = spawn(process.execPath, [sidecarProgram], {
    detached: true,
    windowsHide: true,
    // Not the caller's folder: a node that holds it would keep it from being removed.
    cwd: homedir(),
    env: { ...nodeEnvironment(process.env), ...absoluteHome() },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  try {
    const report = await startReport(child, signal);
    if (report.outcome === "failed") {
      throw MeshError.fromWire(report.error) ?? new MeshError("node_start_failed", { reason: report.error.code });
    }
    return report.outcome === "ready";
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/** The sidecar has another working folder, where a relative path would mean another place. */
function absoluteHome(): NodeJS.ProcessEnv {
  const home = process.env.INFERENCE_MESH_HOME;
  return home ? { INFERENCE_MESH_HOME: resolvePath(home) } : {};
}

async function startReport(child: ChildProcess, signal: AbortSignal): Promise<StartReport> {
  return await new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new MeshError("node_start_failed", { reason }));
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, killedBy) => fail(`the process ended (${killedBy ?? `code ${code}`}).`));
    child.once("message", (message) => {
      const report = startReportSchema.safeParse(message);
      if (report.success) resolve(report.data);
      else fail("it sent a report that is not in the contract.");
    });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
