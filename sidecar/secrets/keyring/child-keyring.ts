import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { childEnvironment } from "../../platform/child-environment.ts";
import type { Disposable } from "../../platform/disposables.ts";
import {
  type Keyring,
  type KeyringAnswer,
  type KeyringReport,
  KeyringUnavailable,
  type KeyringWish,
  keyringReportSchema,
} from "./keyring.ts";

export interface ChildKeyringOptions {
  /** The built program of one visit. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** The longest that one visit takes; a keyring that waits for something must not hold requests for ever. */
  readonly limitMs?: number;
}

const usualLimitMs = 5000;
const maxReportBytes = 4 * 1024 * 1024;

/**
 * The keyring, visited by a child process each time: its library and whatever hangs in it never get into the node, and end
 * with the child. Secrets go through pipes, never through arguments or the environment.
 */
export class ChildKeyring implements Keyring, Disposable {
  readonly #options: ChildKeyringOptions;
  readonly #children = new Set<ChildProcess>();
  #isDisposed = false;

  constructor(options: ChildKeyringOptions) {
    this.#options = options;
  }

  async visit(wish: KeyringWish): Promise<KeyringAnswer> {
    if (this.#isDisposed) throw new KeyringUnavailable("no-answer");
    const { program, env, limitMs = usualLimitMs } = this.#options;
    const { DBUS_SESSION_BUS_ADDRESS: bus } = env;
    const child = spawn(process.execPath, [program], {
      env: { ...childEnvironment(env), ...(bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus }) },
      stdio: ["pipe", "pipe", "ignore"],
      windowsHide: true,
    });
    this.#children.add(child);
    const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
    try {
      const report = await reportOf(child, JSON.stringify(wish));
      if (report === undefined) throw new KeyringUnavailable("no-answer");
      if ("problem" in report) throw new KeyringUnavailable(report.problem);
      return report.answer;
    } finally {
      clearTimeout(limit);
      this.#children.delete(child);
    }
  }

  /** A visit that is on its way fails. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const ends = [...this.#children].map((child) => (child.exitCode === null ? once(child, "close") : undefined));
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(ends);
  }
}

/** Undefined when the child has ended without a report, or could not be started. */
async function reportOf(
  child: ReturnType<typeof spawn> & { stdin: NodeJS.WritableStream | null },
  wish: string,
): Promise<KeyringReport | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxReportBytes) chunks.push(chunk);
  });
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  // A child that ends before it has read everything says so by its missing report.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(wish);
  await closed;
  try {
    return keyringReportSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  } catch {
    return undefined;
  }
}
