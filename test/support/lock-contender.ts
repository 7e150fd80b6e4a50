import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { pathToFileURL } from "node:url";

const lockModule = pathToFileURL(`${import.meta.dirname}/../../sidecar/lifecycle/instance-lock.ts`);

/** For each line of input, which is a path: acquires its lock and says who has it. Holds what it has until it ends. */
const script = `
  import { createInterface } from "node:readline";
  import { InstanceLock } from ${JSON.stringify(lockModule.href)};
  console.log("ready");
  const held = [];
  createInterface(process.stdin).on("line", (path) => {
    try {
      const result = InstanceLock.acquire(path, "1.0.0");
      held.push(result);
      console.log(result instanceof InstanceLock ? process.pid : result.pid);
    } catch (error) {
      console.log(String(error));
    }
  });
`;

/** Another process that wants a lock. */
export class LockContender {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines;
  }

  static async start(): Promise<LockContender> {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface(child.stdout);
    await once(lines, "line");
    return new LockContender(child, lines);
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** The process number of who has the lock then, as this process sees it; or what went wrong. */
  async acquire(path: string): Promise<string> {
    const answer = once(this.#lines, "line");
    this.#child.stdin?.write(`${path}\n`);
    return String((await answer)[0]);
  }

  /** Ends it without letting it clean up. */
  async kill(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await closed;
  }
}
