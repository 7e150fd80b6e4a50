import type { ServerResponse } from "node:http";
import { type Received, StandInServer, status } from "../stand-in-server.ts";
import type { Play, Sent, Wire } from "./wire.ts";

/** A server that speaks one dialect and has one model. It plays what it is told, and understands what it was sent. */
export class WireStandIn {
  readonly server: StandInServer;
  readonly model: string;
  /** With `waiting` it says the first word of a stream, and then nothing. */
  #play: Play | "waiting" = "words";
  readonly #wire: Wire;
  readonly #open = new Set<ServerResponse>();

  private constructor(server: StandInServer, wire: Wire, model: string) {
    this.server = server;
    this.#wire = wire;
    this.model = model;
  }

  static async start(wire: Wire, model: string): Promise<WireStandIn> {
    const lists = Object.entries(wire.lists(model)).map(([path, body]) => [path, status(200, body)] as const);
    const server = await StandInServer.start(Object.fromEntries(lists));
    const standIn = new WireStandIn(server, wire, model);
    for (const path of wire.chatPaths(model)) {
      server.replies.set(path, (response, received) => standIn.#answer(response, path, received));
    }
    return standIn;
  }

  /** What it does from now on. */
  plays(play: Play | "waiting"): this {
    this.#play = play;
    return this;
  }

  /** Answers that it has not ended, and nobody has left. */
  get open(): number {
    return this.#open.size;
  }

  /** The last request for an answer. */
  get sent(): Sent {
    const paths = new Set(this.#wire.chatPaths(this.model));
    const asked = this.server.received.findLast(({ method, path }) => paths.has(`${method} ${path}`));
    return this.#wire.read(JSON.parse(asked?.body ?? "null"));
  }

  /** Breaks off whatever it is answering. */
  cut(): void {
    for (const response of this.#open) response.destroy();
  }

  #answer(response: ServerResponse, path: string, received: Received): void {
    const { model } = this;
    const play = this.#play;
    const wire = this.#wire;
    const body = JSON.parse(received.body);
    const objection = wire.objection?.(body) ?? null;
    if (objection !== null) {
      status(400, { error: { message: objection } })(response, received);
      return;
    }
    this.#open.add(response);
    response.once("close", () => this.#open.delete(response));
    if (!wire.isStream(path, body)) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(wire.whole(play === "calls" ? "calls" : "words", model)));
      return;
    }
    response.writeHead(200, { "content-type": wire.streamType });
    response.write(wire.beginning(model));
    if (play !== "waiting") response.end(wire.rest(play, model));
  }
}
