import type { ServerResponse } from "node:http";
import { listOf, StandInServer } from "../../support/stand-in-server.ts";

/** A stand-in for an OpenAI-compatible server with one model, whose answers a test can hold back. */
export abstract class HeldServer {
  readonly server: StandInServer;
  /** Answers that the node has hung up on. */
  aborted = 0;
  #gate: Promise<void> | undefined;

  protected constructor(server: StandInServer) {
    this.server = server;
  }

  protected static async listing(model: string): Promise<StandInServer> {
    return await StandInServer.start({ "GET /v1/models": listOf({ id: model, object: "model" }) });
  }

  /** From now on answers wait until what comes back is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return () => {
      this.#gate = undefined;
      resolve();
    };
  }

  /** Resolves as soon as nobody holds answers back. */
  protected async released(): Promise<void> {
    await this.#gate;
  }

  protected countAbort(response: ServerResponse): void {
    response.on("close", () => {
      if (!response.writableFinished) this.aborted++;
    });
  }
}

/** A piece of a streamed answer. */
export function writeChoice(response: ServerResponse, choice: object): void {
  response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
}
