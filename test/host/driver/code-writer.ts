import type { Reply, StandInServer } from "../../support/stand-in-server.ts";
import { HeldServer, writeChoice } from "./held-server.ts";

/** What a model of the stand-in answers to an instruction, and whether it ever stops. */
export interface KnownAnswer {
  readonly text: string;
  readonly isEndless?: boolean;
}

/** A stand-in whose model gives known answers to known instructions. Held answers stand still in their middle. */
export class CodeWriter extends HeldServer {
  readonly #answers = new Map<string, KnownAnswer>();

  private constructor(server: StandInServer) {
    super(server);
    server.replies.set("POST /v1/chat/completions", (response, received) => void this.#answer(response, received));
  }

  static async start(model: string): Promise<CodeWriter> {
    return new CodeWriter(await HeldServer.listing(model));
  }

  /** From now on, whoever's prompt ends with this instruction gets this answer. */
  knows(instruction: string, answer: KnownAnswer): void {
    this.#answers.set(instruction, answer);
  }

  async #answer(response: Parameters<Reply>[0], { body }: Parameters<Reply>[1]): Promise<void> {
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    const prompt = messages.at(-1)?.content ?? "";
    const [, answer = { text: "I do not know." }] = [...this.#answers].find(([end]) => prompt.endsWith(end)) ?? [];
    this.countAbort(response);
    const write = (content: string): void => writeChoice(response, { delta: { content }, finish_reason: null });
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    const middle = Math.floor(answer.text.length / 2);
    write(answer.text.slice(0, middle));
    await this.released();
    if (answer.isEndless === true) return;
    write(answer.text.slice(middle));
    writeChoice(response, { delta: {}, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  }
}
