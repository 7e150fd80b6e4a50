import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Link, LinkedList } from "../platform/linked-list.ts";

export interface ConnectionLimits {
  /** In all. Beyond, an idle one makes room, or the new one is refused. */
  readonly max: number;
  /** Without an open request. Beyond, the one that has been idle for longest is closed. */
  readonly maxIdle: number;
}

interface Connection {
  readonly socket: Socket;
  /** Answers that are not complete: with pipelining, several. */
  readonly answers: ServerResponse[];
  /** Its place among the idle ones; undefined while there are answers. */
  idle: Link<Connection> | undefined;
}

/** Keeps connections without a request from taking the place of those with one. */
export class ConnectionLimiter {
  readonly #limits: ConnectionLimits;
  readonly #connections = new Map<Socket, Connection>();
  /** In the order in which they became idle. */
  readonly #idle = new LinkedList<Connection>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Connections with an open request, and those without. */
  get counts(): { readonly busy: number; readonly idle: number } {
    const idle = this.#idle.size;
    return { busy: this.#connections.size - idle, idle };
  }

  /** Whether something of an answer may be on its way there. */
  isAnswering(socket: Socket): boolean {
    return this.#connections.get(socket)?.answers.some((response) => response.headersSent) ?? false;
  }

  add(socket: Socket): void {
    const connection: Connection = { socket, answers: [], idle: undefined };
    connection.idle = this.#idle.append(connection);
    this.#connections.set(socket, connection);
    socket.on("close", () => {
      this.#leaveIdle(connection);
      this.#connections.delete(socket);
    });
    const { max, maxIdle } = this.#limits;
    if (this.#idle.size > maxIdle || this.#connections.size > max) this.#closeOldest();
  }

  begin(socket: Socket, response: ServerResponse): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    this.#leaveIdle(connection);
    connection.answers.push(response);
  }

  end(socket: Socket, response: ServerResponse): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    const { answers } = connection;
    answers.splice(answers.indexOf(response), 1);
    if (answers.length > 0 || socket.destroyed) return;
    connection.idle = this.#idle.append(connection);
    if (this.#idle.size > this.#limits.maxIdle) this.#closeOldest();
  }

  #leaveIdle(connection: Connection): void {
    if (connection.idle !== undefined) this.#idle.remove(connection.idle);
    connection.idle = undefined;
  }

  #closeOldest(): void {
    const oldest = this.#idle.first?.value;
    if (oldest === undefined) return;
    this.#leaveIdle(oldest);
    oldest.socket.destroy();
  }
}
