import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { Usage } from "../../../../contract/openai/chat.ts";
import { type AnswerPiece, type ChatAnswer, chatAnswerSchema } from "../../../../contract/openai/chat-answer.ts";
import type { AnswerLine, LineContent } from "./answer-line.ts";
import { CollectedCalls } from "./collect-calls.ts";
import { nanoseconds } from "./nanoseconds.ts";

/** Ollama has `stop` for answers that end with calls as well. */
const doneReason = (reason: string): string => (reason === "tool_calls" ? "stop" : reason);

/** One answer on its way from OpenAI's words to Ollama's: what has been said, and what is known of it at its end. */
export class AnswerTranslation {
  readonly #line: AnswerLine;
  readonly #calls = new CollectedCalls();
  readonly #startedAt = performance.now();
  #firstAt: number | undefined;
  #model: string;
  #finishReason = "stop";
  #usage: Usage | null = null;

  constructor(model: string, line: AnswerLine) {
    this.#model = model;
    this.#line = line;
  }

  /** Reads one event or a whole answer. @returns the line for what is new in it; undefined when nothing is to be shown yet */
  read(json: string): object | undefined {
    const answer = this.#parse(json);
    this.#model = answer.model ?? this.#model;
    this.#usage = answer.usage ?? this.#usage;
    const [choice] = answer.choices ?? [];
    this.#finishReason = choice?.finish_reason ?? this.#finishReason;
    const said = choice?.message ?? choice?.delta;
    if (said === null || said === undefined) return undefined;
    const line = this.#hear(said);
    if (line.content === "" && line.thinking === "") return undefined;
    return { ...this.#head(), ...this.#line(line), done: false };
  }

  /** What closes a stream: function calls, where there are any, and then the last line. */
  close(): object[] {
    const toolCalls = this.#takeCalls();
    const nothing = { content: "", thinking: "", toolCalls: [] };
    const calls =
      toolCalls.length === 0 ? [] : [{ ...this.#head(), ...this.#line({ ...nothing, toolCalls }), done: false }];
    return [...calls, { ...this.#head(), ...this.#line(nothing), ...this.#end() }];
  }

  /** The whole answer in one. */
  whole(json: string): object {
    const answer = this.#parse(json);
    // When its first token was made nobody has told: the whole time counts as that of answering.
    this.#firstAt = this.#startedAt;
    this.read(json);
    const message = answer.choices?.[0]?.message;
    if (message === null || message === undefined) throw this.#unusable("it has no message");
    const { content, thinking } = texts(message);
    return { ...this.#head(), ...this.#line({ content, thinking, toolCalls: this.#takeCalls() }), ...this.#end() };
  }

  #parse(json: string): ChatAnswer {
    const parsed = chatAnswerSchema.safeParse(parseJson(json));
    if (!parsed.success) throw this.#unusable("it is not in OpenAI's dialect");
    const { error } = parsed.data;
    if (error === undefined || error === null) return parsed.data;
    throw (
      MeshError.fromWire(error) ?? new MeshError("upstream_disconnected", { backend: this.#model, model: this.#model })
    );
  }

  #hear(said: AnswerPiece): LineContent {
    if (said.tool_calls) this.#calls.add(said.tool_calls);
    const { content, thinking } = texts(said);
    if (content !== "" || thinking !== "" || said.tool_calls?.length) this.#firstAt ??= performance.now();
    return { content, thinking, toolCalls: [] };
  }

  #takeCalls() {
    try {
      return this.#calls.take(this.#finishReason === "length");
    } catch (error) {
      throw this.#unusable((error as RangeError).message);
    }
  }

  #head(): object {
    return { model: this.#model, created_at: new Date().toISOString() };
  }

  /** Loading and waiting for a turn cannot be told from reading the prompt: they count as that. */
  #end(): object {
    const now = performance.now();
    const firstAt = this.#firstAt ?? now;
    return {
      done: true,
      done_reason: doneReason(this.#finishReason),
      total_duration: nanoseconds(now - this.#startedAt),
      load_duration: 0,
      prompt_eval_count: this.#usage?.prompt_tokens ?? 0,
      prompt_eval_duration: nanoseconds(firstAt - this.#startedAt),
      eval_count: this.#usage?.completion_tokens ?? 0,
      eval_duration: nanoseconds(now - firstAt),
    };
  }

  #unusable(problem: string): MeshError {
    return new MeshError("backend_protocol", { backend: this.#model, problem });
  }
}

const texts = (said: AnswerPiece): { content: string; thinking: string } => ({
  content: said.content ?? "",
  thinking: said.reasoning_content ?? said.reasoning ?? "",
});

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // No value of any schema; the parser's message would quote the answer.
    return undefined;
  }
}
