import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretServiceProblem } from "../../sidecar/secrets/keyring/secret-service-problem.ts";
import { eventually } from "./test-node.ts";

const isThere = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

/** Whether this machine has GNOME's keyring and a bus for it. */
export const hasGnomeKeyring = isThere("gnome-keyring-daemon") && isThere("dbus-daemon");

/** A real gnome-keyring on a bus and in a home of its own: nobody's else is touched. */
export class GnomeKeyring {
  readonly env: NodeJS.ProcessEnv;
  readonly busAddress: string;
  readonly #home: string;
  #bus: ChildProcess | undefined;
  #daemon: ChildProcess | undefined;

  private constructor(home: string) {
    this.#home = home;
    this.busAddress = `unix:path=${join(home, "bus")}`;
    const { PATH } = process.env;
    this.env = { PATH, HOME: home, XDG_RUNTIME_DIR: home, DBUS_SESSION_BUS_ADDRESS: this.busAddress };
  }

  static async start(): Promise<GnomeKeyring> {
    const home = await mkdtemp(join(tmpdir(), "mesh-keyring-"));
    await mkdir(join(home, ".local/share/keyrings"), { recursive: true });
    const keyring = new GnomeKeyring(home);
    const flags = ["--session", "--nofork", "--nopidfile", "--print-address=1", `--address=${keyring.busAddress}`];
    keyring.#bus = spawn("dbus-daemon", flags, { env: keyring.env, stdio: ["ignore", "pipe", "ignore"] });
    if (keyring.#bus.stdout !== null) await once(keyring.#bus.stdout, "data");
    return keyring;
  }

  /** As after logging in with a password. */
  async unlock(): Promise<void> {
    await this.#run(["--unlock"], null);
  }

  /** As after logging in without one. */
  async lock(): Promise<void> {
    await this.#run(["--start"], "locked");
  }

  /** It is still on the bus, and answers nothing. */
  hang(): void {
    this.#daemon?.kill("SIGSTOP");
  }

  /** Nobody keeps secrets any more. */
  async leave(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    await end(daemon);
  }

  async dispose(): Promise<void> {
    await this.leave();
    await end(this.#bus);
    await rm(this.#home, { recursive: true, force: true });
  }

  async #run(flags: readonly string[], wanted: Awaited<ReturnType<typeof secretServiceProblem>>): Promise<void> {
    await this.leave();
    const all = [...flags, "--foreground", "--components=secrets"];
    this.#daemon = spawn("gnome-keyring-daemon", all, { env: this.env, stdio: ["pipe", "ignore", "ignore"] });
    this.#daemon.stdin?.end("test");
    const isReady = await eventually(async () => (await secretServiceProblem(this.env)) === wanted);
    if (!isReady) throw new Error("gnome-keyring did not start.");
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
