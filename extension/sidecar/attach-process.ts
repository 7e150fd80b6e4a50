import type { ChildProcess, SpawnOptions } from "node:child_process";
import { homedir } from "node:os";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { attachReplySchema, type Rendezvous } from "../../contract/rendezvous.ts";

export interface AttachProcessOptions {
  /** The built command-line program, `dist/sidecar/cli.mjs`. */
  readonly program: string;
  readonly spawn: (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Far more than the program can need; there to end a hang. A node of another version may take two minutes to yield. */
const limitMs = 180_000;
/** A reply is one short line; more is not ours. */
const maxOutputCharacters = 64 * 1024;

/**
 * Runs `inference-mesh attach`, which finds this user's node or starts it, with the editor's own Node.js. The node is
 * nobody's child afterwards: it outlives this window.
 *
 * @throws MeshError why there is no node
 */
export async function runAttachProcess(options: AttachProcessOptions): Promise<Rendezvous> {
  const { stdout, stderr, ending } = await run(options);
  const reply = parseReply(stdout);
  if (reply === undefined) {
    const lastLine = stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
    throw new MeshError("node_start_failed", { reason: lastLine === "" ? `attach ended (${ending}).` : lastLine });
  }
  if ("error" in reply) {
    throw MeshError.fromWire(reply.error) ?? new MeshError("node_start_failed", { reason: reply.error.code });
  }
  return reply;
}

function parseReply(stdout: string): ReturnType<typeof attachReplySchema.parse> | undefined {
  try {
    return attachReplySchema.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}

async function run(options: AttachProcessOptions): Promise<{ stdout: string; stderr: string; ending: string }> {
  const { program, spawn, env, signal } = options;
  signal.throwIfAborted();
  const child = spawn(process.execPath, [program, "attach"], {
    // Not the workspace: a process must not keep a folder from being removed.
    cwd: homedir(),
    // Makes the editor's binary act as Node.js, without the flags and debuggers of the extension host.
    env: { ...env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const stop = (): void => void child.kill();
  const limit = setTimeout(stop, limitMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
    const ending = await new Promise<string>((resolve, reject) => {
      child.once("error", (cause) => reject(new MeshError("node_start_failed", { reason: cause.message }, { cause })));
      child.once("close", (code, killedBy) => resolve(killedBy ?? `code ${code}`));
    });
    signal.throwIfAborted();
    return { stdout: stdout(), stderr: stderr(), ending };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener("abort", stop);
  }
}

function gather(stream: NodeJS.ReadableStream | null): () => string {
  let text = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    if (text.length < maxOutputCharacters) text += chunk;
  });
  return () => text;
}
