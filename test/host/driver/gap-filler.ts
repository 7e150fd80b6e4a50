import { listOf, type Reply, StandInServer, status } from "../../support/stand-in-server.ts";

/** What a completion was asked with. */
export interface AskedGap {
  readonly model: string;
  readonly prompt: string;
  readonly suffix: string;
}

/** A stand-in for an OpenAI-compatible server with one model, which fills known gaps: by how the text before them ends. */
export class GapFiller {
  readonly server: StandInServer;
  readonly asked: AskedGap[] = [];
  readonly #texts = new Map<string, string>();
  /** Answers that wait to be let go on. */
  #gate: Promise<void> | undefined;
  /** Requests that the node has hung up on. */
  aborted = 0;

  private constructor(server: StandInServer) {
    this.server = server;
  }

  static async start(model: string): Promise<GapFiller> {
    const server = await StandInServer.start({ "GET /v1/models": listOf({ id: model, object: "model" }) });
    const filler = new GapFiller(server);
    server.replies.set("POST /v1/completions", (response, received) => void filler.#answer(response, received));
    return filler;
  }

  /** From now on, a gap behind a text that ends so is filled with this. */
  knows(ending: string, text: string): void {
    this.#texts.set(ending, text);
  }

  /** Answers begin when what comes back is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return () => {
      this.#gate = undefined;
      resolve();
    };
  }

  async #answer(response: Parameters<Reply>[0], received: Parameters<Reply>[1]): Promise<void> {
    const asked = JSON.parse(received.body) as AskedGap;
    this.asked.push(asked);
    response.on("close", () => {
      if (!response.writableFinished) this.aborted++;
    });
    await this.#gate;
    const [, text] = [...this.#texts].find(([ending]) => asked.prompt.endsWith(ending)) ?? [];
    if (text === undefined) return status(404)(response, received);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, text, finish_reason: "stop" }] })}\n\n`);
    response.end("data: [DONE]\n\n");
  }
}
