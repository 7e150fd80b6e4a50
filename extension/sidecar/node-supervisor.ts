import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Rendezvous } from "../../contract/rendezvous.ts";
import { nodeStop } from "../../contract/rpc/node.ts";
import type { Clock } from "../platform/clock.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import type { ConnectionEnd, NodeConnection } from "./node-connection.ts";
import type { NodeState } from "./node-state.ts";
import { crashLimit, RestartPolicy } from "./restart-policy.ts";

export interface NodeSupervisorOptions {
  /** Finds this user's node, and starts it if there is none. @throws MeshError */
  readonly attach: (signal: AbortSignal) => Promise<Rendezvous>;
  /** @throws MeshError */
  readonly connect: (where: Rendezvous, signal: AbortSignal) => Promise<NodeConnection>;
  /** False while the open folder is not trusted. */
  readonly isTrusted: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starting failed in a way that the next attempt may not: the process ended, or another node just made room. */
const worthAnotherTry = new Set([
  "node_start_failed",
  "node_not_running",
  "node_lost",
  "node_draining",
  "node_too_old",
]);
/** A start that fails this slowly is a hang, not a crash: trying it again would keep a person waiting for nothing. */
const quickFailureMs = 15_000;
/** After another window has stopped the node, it may be restarting it: for this long, this window looks for it. */
const rejoin = { attempts: 20, everyMs: 500 } as const;

/**
 * This window's hold on the node: attaches to it, notices how it ends, and starts it again after a crash until the
 * policy says no.
 *
 * Invariant: there is at most one attempt at a time, and `state` is `ready` exactly while there is a `connection`.
 */
export class NodeSupervisor {
  readonly #options: NodeSupervisorOptions;
  readonly #policy = new RestartPolicy();
  readonly #didChange = new Emitter<NodeState>();
  #state: NodeState;
  #connection: NodeConnection | undefined;
  #where: Rendezvous | undefined;
  #attempt: { readonly abort: AbortController; readonly result: Promise<NodeConnection> } | undefined;
  #rejoining: AbortController | undefined;
  #isStopping = false;
  #isDisposed = false;

  readonly onDidChangeState = this.#didChange.event;

  constructor(options: NodeSupervisorOptions) {
    this.#options = options;
    this.#state = { kind: options.isTrusted() ? "notStarted" : "restricted" };
  }

  get state(): NodeState {
    return this.#state;
  }
  get connection(): NodeConnection | undefined {
    return this.#connection;
  }

  /**
   * A connection to the node, which is started if needed. A person's own call forgives earlier crashes.
   *
   * @throws MeshError why there is none
   */
  async start(): Promise<NodeConnection> {
    if (this.#connection !== undefined) return this.#connection;
    if (this.#attempt === undefined) this.#policy.forget();
    return await this.#begin(false);
  }

  /** Ends the node. Without `force` it fails while other windows use it. @throws MeshError `node_in_use` */
  async stop(force: boolean): Promise<void> {
    this.#rejoining?.abort();
    const attempt = this.#attempt;
    attempt?.abort.abort(new MeshError("cancelled", {}));
    // Over before the next start, which would otherwise join the attempt that was just called off.
    await attempt?.result.catch(() => undefined);
    const connection = this.#connection;
    if (connection === undefined) {
      this.#set({ kind: "stopped" });
      return;
    }
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => void connection.onDidClose(() => resolve()));
    try {
      await connection.request(nodeStop, { force });
    } catch (error) {
      this.#isStopping = false;
      throw error;
    }
    await closed;
  }

  async restart(force: boolean): Promise<NodeConnection> {
    await this.stop(force);
    return await this.start();
  }

  /** The person has trusted the folder. */
  trust(): void {
    if (this.#state.kind === "restricted") this.#set({ kind: "notStarted" });
  }

  /** Leaves the node: it ends by itself when nobody else uses it. */
  dispose(): void {
    this.#isDisposed = true;
    this.#rejoining?.abort();
    this.#attempt?.abort.abort(new MeshError("cancelled", {}));
    this.#connection?.dispose();
  }

  #begin(isAgain: boolean): Promise<NodeConnection> {
    if (this.#attempt !== undefined) return this.#attempt.result;
    if (!this.#options.isTrusted()) return Promise.reject(new MeshError("workspace_not_trusted", {}));
    this.#rejoining?.abort();
    const abort = new AbortController();
    this.#set({ kind: "starting", isAgain });
    const result = this.#tryUntilSettled(abort.signal).finally(() => {
      this.#attempt = undefined;
    });
    this.#attempt = { abort, result };
    return result;
  }

  async #tryUntilSettled(signal: AbortSignal): Promise<NodeConnection> {
    const { attach, clock, log } = this.#options;
    for (;;) {
      const startedAt = clock.now();
      try {
        const where = await attach(signal);
        return this.#hold(await this.#options.connect(where, signal), where);
      } catch (error) {
        if (signal.aborted) throw this.#cancelled();
        const known =
          error instanceof MeshError ? error : new MeshError("node_start_failed", { reason: String(error) });
        log.error(`The node did not start (${known.code}): ${known.message}`);
        const isQuick = clock.now() - startedAt < quickFailureMs;
        const delayMs = worthAnotherTry.has(known.code) && isQuick ? this.#policy.record(clock.now()) : undefined;
        if (delayMs === undefined) {
          this.#set({ kind: "failed", error: known });
          throw known;
        }
        if (delayMs === "giveUp") throw this.#giveUp();
        this.#set({ kind: "starting", isAgain: true });
        await clock.wait(delayMs, signal).catch(() => undefined);
        if (signal.aborted) throw this.#cancelled();
      }
    }
  }

  #hold(connection: NodeConnection, where: Rendezvous): NodeConnection {
    if (this.#isDisposed) {
      connection.dispose();
      throw this.#cancelled();
    }
    this.#connection = connection;
    this.#where = where;
    connection.onDidClose((end) => this.#ended(end));
    const { name, version, pid } = connection.node;
    this.#options.log.info(`Attached to the node of version ${version} (process ${pid}).`);
    this.#set({ kind: "ready", node: { name, version, pid } });
    return connection;
  }

  #ended({ isAnnounced }: ConnectionEnd): void {
    this.#connection = undefined;
    if (this.#isDisposed) return;
    if (this.#isStopping || isAnnounced) {
      const byOthers = !this.#isStopping;
      this.#isStopping = false;
      this.#options.log.info("The node has ended on purpose.");
      this.#set({ kind: "stopped" });
      if (byOthers) void this.#lookAgain();
      return;
    }
    const delayMs = this.#policy.record(this.#options.clock.now());
    this.#options.log.warn("The node has ended unexpectedly.");
    if (delayMs === "giveUp") this.#giveUp();
    // The attempt reports its own failure by the state.
    else this.#begin(true).catch(() => undefined);
  }

  /** Never starts a node: whoever stopped it decides whether there is one again. */
  async #lookAgain(): Promise<void> {
    const where = this.#where;
    if (where === undefined) return;
    const abort = new AbortController();
    this.#rejoining = abort;
    for (let attempt = 0; attempt < rejoin.attempts; attempt++) {
      await this.#options.clock.wait(rejoin.everyMs, abort.signal).catch(() => undefined);
      if (abort.signal.aborted) return;
      const connection = await this.#options.connect(where, abort.signal).catch(() => undefined);
      if (connection === undefined) continue;
      if (abort.signal.aborted) connection.dispose();
      else this.#hold(connection, where);
      return;
    }
  }

  #giveUp(): MeshError {
    const error = new MeshError("node_crashing", crashLimit);
    this.#set({ kind: "crashed", error });
    return error;
  }

  #cancelled(): MeshError {
    return new MeshError("cancelled", {});
  }

  #set(state: NodeState): void {
    if (this.#isDisposed) return;
    this.#state = state;
    this.#didChange.fire(state);
  }
}
