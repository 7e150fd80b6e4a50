import { createHash } from "node:crypto";
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { errorReason } from "./error-reason.ts";

/** Every place that the node reads or writes. docs/FILES.md lists what is in them. */
export interface Folders {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
  readonly models: string;
  readonly logs: string;
  /** Sockets; short, private, and empty after the node has ended. Not used on Windows, whose pipes are not files. */
  readonly runtime: string;
  /** The control socket or pipe of this user's node. */
  readonly controlSocket: string;
}

/** The longest socket path that Linux (108) and macOS (104) both accept, with its closing zero. */
const maxSocketPathBytes = 103;

/**
 * Where this user's node keeps its things. Follows the XDG base directory rules on every system, because one rule is
 * easier to explain than three; `INFERENCE_MESH_HOME` moves all of it, and makes a separate node.
 */
export function resolveFolders(env: NodeJS.ProcessEnv): Folders {
  const home = env.INFERENCE_MESH_HOME && resolve(env.INFERENCE_MESH_HOME);
  const place = (name: string, xdg: string | undefined, fallback: string): string =>
    home ? join(home, name) : join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), fallback), "inference-mesh");
  const state = place("state", env.XDG_STATE_HOME, ".local/state");
  const data = place("data", env.XDG_DATA_HOME, ".local/share");
  const runtime = runtimeFolder(env);
  // Two homes of one user are two nodes, so the name depends on the state folder; a hash keeps it short.
  const nodeTag = createHash("sha256").update(state).digest("hex").slice(0, 12);
  return {
    config: place("config", env.XDG_CONFIG_HOME, ".config"),
    data,
    state,
    cache: place("cache", env.XDG_CACHE_HOME, ".cache"),
    models: join(data, "models"),
    logs: join(state, "logs"),
    runtime,
    controlSocket: socketPath(runtime, `node-${nodeTag}`),
  };
}

/** A socket file in the runtime folder, or a named pipe on Windows. */
export function socketPath(runtimeFolder: string, name: string): string {
  return process.platform === "win32"
    ? `\\\\.\\pipe\\inference-mesh-${userTag()}-${name}`
    : join(runtimeFolder, `${name}.sock`);
}

/** Makes a folder if it is missing, and makes sure that it can be written. */
export function ensureFolder(path: string, mode = 0o700): void {
  try {
    mkdirSync(path, { recursive: true, mode });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new MeshError("folder_unwritable", { path, reason: errorReason(cause) }, { cause });
  }
}

/**
 * Makes the runtime folder and refuses one that another user could use: temporary directories are shared, and whoever
 * owns the folder owns the sockets in it.
 */
export function ensurePrivateFolder(path: string): void {
  if (process.platform === "win32") return;
  // First whose it is: another user's folder cannot be mended by making it writable.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) checkOwnFolder(path);
  ensureFolder(path);
  if ((checkOwnFolder(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/**
 * For clients, before they connect: whoever could have put the socket there would get the token and the prompts.
 *
 * @throws MeshError `folder_unsafe`; `node_not_running` when there is no such folder
 */
export function checkPrivateSocket(socket: string): void {
  if (process.platform === "win32") return;
  const path = dirname(socket);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) throw new MeshError("node_not_running", {});
  if ((checkOwnFolder(path).mode & 0o077) !== 0) {
    throw new MeshError("folder_unsafe", { path, problem: "other users can enter it" });
  }
}

function checkOwnFolder(path: string): Stats {
  const entry = lstatSync(path);
  const unsafe = (problem: string): never => {
    throw new MeshError("folder_unsafe", { path, problem });
  };
  if (!entry.isDirectory()) unsafe("it is a link or a file");
  if (entry.uid !== process.getuid?.()) unsafe("it belongs to another user");
  return entry;
}

function runtimeFolder(env: NodeJS.ProcessEnv): string {
  const candidates = [
    env.XDG_RUNTIME_DIR && isOwnFolder(env.XDG_RUNTIME_DIR) ? join(env.XDG_RUNTIME_DIR, "inference-mesh") : undefined,
    join(tmpdir(), `inference-mesh-${userTag()}`),
    join("/tmp", `inference-mesh-${userTag()}`),
  ];
  // "engine-" plus twelve characters is the longest socket name in use.
  const fits = (path: string): boolean =>
    Buffer.byteLength(join(path, "engine-012345678901.sock")) <= maxSocketPathBytes;
  return candidates.find((path) => path !== undefined && fits(path)) ?? join("/tmp", `inference-mesh-${userTag()}`);
}

function isOwnFolder(path: string): boolean {
  try {
    const entry = statSync(path);
    return entry.isDirectory() && entry.uid === process.getuid?.();
  } catch {
    return false;
  }
}

function userTag(): string {
  const id = process.getuid?.();
  return id === undefined ? createHash("sha256").update(userInfo().username).digest("hex").slice(0, 8) : String(id);
}
