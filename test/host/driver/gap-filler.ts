import { type Reply, type StandInServer, status } from "../../support/stand-in-server.ts";
import { HeldServer, writeChoice } from "./held-server.ts";

/** What a completion was asked with. */
export interface AskedGap {
  readonly model: string;
  readonly prompt: string;
  readonly suffix: string;
}

/** A stand-in whose model fills known gaps: by how the text before them ends. Held answers have not begun. */
export class GapFiller extends HeldServer {
  readonly asked: AskedGap[] = [];
  readonly #texts = new Map<string, string>();

  private constructor(server: StandInServer) {
    super(server);
    server.replies.set("POST /v1/completions", (response, received) => void this.#answer(response, received));
  }

  static async start(model: string): Promise<GapFiller> {
    return new GapFiller(await HeldServer.listing(model));
  }

  /** From now on, a gap behind a text that ends so is filled with this. */
  knows(ending: string, text: string): void {
    this.#texts.set(ending, text);
  }

  async #answer(response: Parameters<Reply>[0], received: Parameters<Reply>[1]): Promise<void> {
    const asked = JSON.parse(received.body) as AskedGap;
    this.asked.push(asked);
    this.countAbort(response);
    await this.released();
    const [, text] = [...this.#texts].find(([ending]) => asked.prompt.endsWith(ending)) ?? [];
    if (text === undefined) return status(404)(response, received);
    response.writeHead(200, { "content-type": "text/event-stream" });
    writeChoice(response, { text, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  }
}
