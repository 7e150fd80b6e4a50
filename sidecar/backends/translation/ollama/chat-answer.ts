import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { type OllamaAnswer, ollamaAnswerSchema } from "../../../../contract/ollama/answer.ts";
import { type AnswerTranslation, unusableAnswer } from "../answer-translation.ts";
import { type AskedChat, ChatPieces } from "../chat-pieces.ts";
import { readJson } from "../read-json.ts";
import { toUsage } from "./usage.ts";

/** An answer of `/api/chat` in OpenAI's words. */
export class OllamaChatAnswer implements AnswerTranslation {
  readonly #backend: string;
  readonly #pieces: ChatPieces;
  #calls = 0;
  /** The line that closes a stream. */
  #last: OllamaAnswer | undefined;

  constructor(backend: string, asked: AskedChat) {
    this.#backend = backend;
    this.#pieces = new ChatPieces(asked);
  }

  whole(text: string): object {
    const answer = this.#read(text);
    const { message } = answer;
    if (message === undefined || !answer.done) throw unusableAnswer(this.#backend, "it is no whole chat answer");
    const calls = this.#toCalls(message.tool_calls);
    return this.#pieces.completion(
      {
        content: message.content === "" && calls.length > 0 ? null : message.content,
        ...(message.thinking ? { reasoning_content: message.thinking } : {}),
        ...(calls.length === 0 ? {} : { tool_calls: calls.map(({ index: _place, ...call }) => call) }),
      },
      { reason: this.#reason(answer), usage: toUsage(answer) },
    );
  }

  event(data: string): readonly object[] {
    const answer = this.#read(data);
    if (this.#last !== undefined) throw unusableAnswer(this.#backend, "it goes on behind its end");
    if (answer.done) this.#last = answer;
    const { message } = answer;
    if (message === undefined) return [];
    const calls = this.#toCalls(message.tool_calls);
    if (message.content === "" && !message.thinking && calls.length === 0) return [];
    return [
      this.#pieces.chunk({
        ...(message.thinking ? { reasoning_content: message.thinking } : {}),
        ...(message.content === "" ? {} : { content: message.content }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      }),
    ];
  }

  finish(): readonly object[] | undefined {
    if (this.#last === undefined) return undefined;
    return this.#pieces.ending(this.#reason(this.#last), toUsage(this.#last));
  }

  #read(text: string): OllamaAnswer {
    const parsed = ollamaAnswerSchema.safeParse(readJson(text));
    if (!parsed.success) throw unusableAnswer(this.#backend, "it is not in Ollama's dialect");
    // What went wrong is in the server's own words, which are of any kind.
    if (parsed.data.error !== undefined) throw new MeshError("backend_failed", { backend: this.#backend, status: 500 });
    return parsed.data;
  }

  #toCalls(calls: NonNullable<OllamaAnswer["message"]>["tool_calls"]) {
    return (calls ?? []).map(({ id, function: { name, arguments: args } }) => {
      const index = this.#calls++;
      const called = { name, arguments: JSON.stringify(args) };
      return { index, id: id || this.#pieces.callId(index), type: "function", function: called };
    });
  }

  #reason({ done_reason: reason }: OllamaAnswer): string {
    if (reason === "length") return "length";
    return this.#calls > 0 ? "tool_calls" : "stop";
  }
}
