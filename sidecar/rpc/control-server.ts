import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { Disposable } from "../platform/disposables.ts";
import { Emitter } from "../platform/emitter.ts";
import { Session, type SessionOptions } from "./session.ts";

/** The control socket of the node. Only its owner can reach it; the token is a second fence. */
export class ControlServer implements Disposable {
  readonly #options: Omit<SessionOptions, "socket">;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();
  readonly #didChangeClients = new Emitter<number>();

  /** Fires with the number of introduced clients. */
  readonly onDidChangeClients = this.#didChangeClients.event;

  private constructor(options: Omit<SessionOptions, "socket">) {
    this.#options = options;
    this.#server = createServer((socket) => {
      const session = new Session({ ...this.#options, socket });
      this.#sessions.add(session);
      session.onDidIntroduce(() => this.#changed());
      session.onDidClose(() => {
        this.#sessions.delete(session);
        this.#changed();
      });
    });
  }

  /** A socket file left by a crash is replaced: the caller holds the lock, so nobody else can own it. */
  static async listen(path: string, options: Omit<SessionOptions, "socket">): Promise<ControlServer> {
    const control = new ControlServer(options);
    if (process.platform !== "win32") rmSync(path, { force: true });
    control.#server.listen(path);
    await once(control.#server, "listening");
    if (process.platform !== "win32") chmodSync(path, 0o600);
    return control;
  }

  get clients(): number {
    return [...this.#sessions].filter((session) => session.isIntroduced).length;
  }

  /** Takes no new connections, and ends those that are open. The socket file is removed. */
  async dispose(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await Promise.all([...this.#sessions].map((session) => session.end()));
    await closed;
  }

  #changed(): void {
    this.#didChangeClients.fire(this.clients);
  }
}
