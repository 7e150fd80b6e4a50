import { randomUUID } from "node:crypto";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { type OllamaText, ollamaTextSchema } from "../../../../contract/ollama/answer.ts";
import { type AnswerTranslation, unusableAnswer } from "../answer-translation.ts";
import type { AskedChat } from "../chat-pieces.ts";
import { readJson } from "../read-json.ts";
import { toUsage } from "./usage.ts";

/** An answer of `/api/generate` as one of OpenAI's text completions. */
export class OllamaTextAnswer implements AnswerTranslation {
  readonly #backend: string;
  readonly #asked: AskedChat;
  readonly #head: object;
  /** The line that closes a stream. */
  #last: OllamaText | undefined;

  constructor(backend: string, asked: AskedChat) {
    this.#backend = backend;
    this.#asked = asked;
    const created = Math.floor(Date.now() / 1000);
    this.#head = { id: `cmpl-${randomUUID()}`, object: "text_completion", created, model: asked.model };
  }

  whole(text: string): object {
    const answer = this.#read(text);
    if (!answer.done) throw unusableAnswer(this.#backend, "it is no whole text");
    return { ...this.#choice(answer.response, reasonOf(answer)), usage: toUsage(answer) };
  }

  event(data: string): readonly object[] {
    const answer = this.#read(data);
    if (this.#last !== undefined) throw unusableAnswer(this.#backend, "it goes on behind its end");
    if (answer.done) this.#last = answer;
    return answer.response === "" ? [] : [this.#choice(answer.response, null)];
  }

  finish(): readonly object[] | undefined {
    if (this.#last === undefined) return undefined;
    const counts = { ...this.#head, choices: [], usage: toUsage(this.#last) };
    return [this.#choice("", reasonOf(this.#last)), ...(this.#asked.includeUsage ? [counts] : [])];
  }

  #choice(text: string, reason: string | null): object {
    return { ...this.#head, choices: [{ index: 0, text, logprobs: null, finish_reason: reason }] };
  }

  #read(text: string): OllamaText {
    const parsed = ollamaTextSchema.safeParse(readJson(text));
    if (!parsed.success) throw unusableAnswer(this.#backend, "it is not in Ollama's dialect");
    // What went wrong is in the server's own words, which are of any kind.
    if (parsed.data.error !== undefined) throw new MeshError("backend_failed", { backend: this.#backend, status: 500 });
    return parsed.data;
  }
}

const reasonOf = ({ done_reason: reason }: OllamaText): string => (reason === "length" ? "length" : "stop");
