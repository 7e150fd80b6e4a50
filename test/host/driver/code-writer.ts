import { listOf, type Reply, StandInServer } from "../../support/stand-in-server.ts";

/** What a model of the stand-in answers to an instruction, and whether it ever stops. */
export interface KnownAnswer {
  readonly text: string;
  readonly isEndless?: boolean;
}

/** A stand-in for an OpenAI-compatible server, with one model that gives known answers to known instructions. */
export class CodeWriter {
  readonly server: StandInServer;
  readonly #answers = new Map<string, KnownAnswer>();
  /** Answers that wait to be let go on; empty when nobody holds them. */
  #gate: Promise<void> | undefined;
  /** Answers that the node has hung up on. */
  aborted = 0;

  private constructor(server: StandInServer) {
    this.server = server;
  }

  static async start(model: string): Promise<CodeWriter> {
    const server = await StandInServer.start({ "GET /v1/models": listOf({ id: model, object: "model" }) });
    const writer = new CodeWriter(server);
    server.replies.set("POST /v1/chat/completions", (response, received) => void writer.#answer(response, received));
    return writer;
  }

  /** From now on, whoever's prompt ends with this instruction gets this answer. */
  knows(instruction: string, answer: KnownAnswer): void {
    this.#answers.set(instruction, answer);
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

  async #answer(response: Parameters<Reply>[0], { body }: Parameters<Reply>[1]): Promise<void> {
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    const prompt = messages.at(-1)?.content ?? "";
    const [, answer = { text: "I do not know." }] = [...this.#answers].find(([end]) => prompt.endsWith(end)) ?? [];
    response.on("close", () => {
      if (!response.writableFinished) this.aborted++;
    });
    const write = (content: string): void => {
      response.write(
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
      );
    };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    const middle = Math.floor(answer.text.length / 2);
    write(answer.text.slice(0, middle));
    await this.#gate;
    if (answer.isEndless === true) return;
    write(answer.text.slice(middle));
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\n`);
    response.end("data: [DONE]\n\n");
  }
}
