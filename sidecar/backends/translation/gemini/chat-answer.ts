import type { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { type GeminiAnswer, type GeminiPart, geminiAnswerSchema } from "../../../../contract/gemini/answer.ts";
import { type AnswerTranslation, unusableAnswer } from "../answer-translation.ts";
import { type AskedChat, ChatPieces } from "../chat-pieces.ts";
import { readJson } from "../read-json.ts";
import { finishReason } from "./finish-reason.ts";
import { errorOfEvent } from "./refusal.ts";
import type { SignatureBook } from "./signature-book.ts";
import { toUsage } from "./usage.ts";

export interface GeminiChatAnswerOptions {
  readonly backend: string;
  readonly asked: AskedChat;
  readonly signatures: SignatureBook;
}

/** What is known of one of the answers. */
interface Candidate {
  calls: number;
  reason: string | undefined;
}

/** In the field that Google's own OpenAI-compatible API has for it. */
const signed = (signature: string | undefined): object =>
  signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
const knownFields: ReadonlySet<string> = new Set(["text", "thought", "thoughtSignature", "functionCall"]);

/** An answer of `generateContent` or `streamGenerateContent` in OpenAI's words. */
export class GeminiChatAnswer implements AnswerTranslation {
  readonly #options: GeminiChatAnswerOptions;
  readonly #pieces: ChatPieces;
  readonly #candidates = new Map<number, Candidate>();
  #calls = 0;
  #usage = toUsage(undefined);

  constructor(options: GeminiChatAnswerOptions) {
    this.#options = options;
    this.#pieces = new ChatPieces(options.asked);
  }

  whole(text: string): object {
    const deltas = new Map<number, object[]>();
    this.#take(text, (delta, index) => deltas.set(index, [...(deltas.get(index) ?? []), delta]));
    const endings = this.#endings();
    if (endings === undefined) throw this.#unusable("it is no whole answer");
    const choices = endings.map(({ index, reason }) => ({ message: joined(deltas.get(index) ?? []), reason }));
    return this.#pieces.completions(choices, this.#usage);
  }

  event(data: string): readonly object[] {
    const chunks: object[] = [];
    this.#take(data, (delta, index) => chunks.push(this.#pieces.chunk(delta, index)));
    return chunks;
  }

  finish(): readonly object[] | undefined {
    const endings = this.#endings();
    if (endings === undefined) return undefined;
    const closing = endings.map(({ index, reason }) => this.#pieces.closing(reason, index));
    return [...closing, ...this.#pieces.counts(this.#usage)];
  }

  #take(text: string, tell: (delta: object, index: number) => void): void {
    const { candidates = [], promptFeedback, usageMetadata } = this.#read(text);
    if (usageMetadata !== undefined) this.#usage = toUsage(usageMetadata);
    // A prompt that is refused for what it says has no candidate at all.
    if (promptFeedback?.blockReason !== undefined) this.#candidate(0).reason = "content_filter";
    for (const { index, content, finishReason: said } of candidates) {
      const candidate = this.#candidate(index);
      for (const part of content?.parts ?? []) {
        const delta = this.#delta(part, candidate);
        if (delta !== undefined) tell(delta, index);
      }
      if (said !== undefined) candidate.reason = this.#reason(said);
    }
  }

  #delta(part: GeminiPart, candidate: Candidate): object | undefined {
    const { text = "", thought, thoughtSignature: signature, functionCall } = part;
    if (Object.keys(part).some((name) => !knownFields.has(name)))
      throw this.#unusable("it holds more than text and calls");
    if (functionCall !== undefined) {
      const { id = this.#pieces.callId(this.#calls), name, args = {} } = functionCall;
      this.#calls++;
      if (signature !== undefined) this.#options.signatures.keep(id, signature);
      const called = { name, arguments: JSON.stringify(args) };
      const call = { index: candidate.calls++, id, type: "function", function: called, ...signed(signature) };
      return { tool_calls: [call] };
    }
    if (text === "" && signature === undefined) return undefined;
    const words = text === "" ? {} : thought === true ? { reasoning_content: text } : { content: text };
    return { ...words, ...signed(signature) };
  }

  #candidate(index: number): Candidate {
    const known = this.#candidates.get(index);
    if (known !== undefined) return known;
    const candidate: Candidate = { calls: 0, reason: undefined };
    this.#candidates.set(index, candidate);
    return candidate;
  }

  /** Undefined until every answer has ended. */
  #endings(): { index: number; reason: string }[] | undefined {
    const endings = [...this.#candidates].sort(([a], [b]) => a - b);
    if (endings.length === 0 || endings.some(([, { reason }]) => reason === undefined)) return undefined;
    return endings.map(([index, { reason = "stop", calls }]) => ({
      index,
      reason: reason === "stop" && calls > 0 ? "tool_calls" : reason,
    }));
  }

  #reason(said: string): string {
    const reason = finishReason(said);
    if (reason === undefined) throw this.#unusable(`it stopped without an answer (${said.replace(/[^A-Z_]/g, "")})`);
    return reason;
  }

  #read(text: string): GeminiAnswer {
    const { backend, asked } = this.#options;
    const value = readJson(text);
    const error = errorOfEvent(value, { backend, model: asked.model });
    if (error !== undefined) throw error;
    const parsed = geminiAnswerSchema.safeParse(value);
    if (!parsed.success) throw this.#unusable("it is not in Gemini's dialect");
    return parsed.data;
  }

  #unusable(problem: string): MeshError {
    return unusableAnswer(this.#options.backend, problem);
  }
}

/** The pieces of one answer as a whole message. */
function joined(deltas: readonly object[]): object {
  const all = deltas as readonly Readonly<Record<string, unknown>>[];
  const texts = (name: string): string => all.map((delta) => delta[name] ?? "").join("");
  const calls = all.flatMap((delta) => (delta.tool_calls as { index: number }[] | undefined) ?? []);
  const content = texts("content");
  const thoughts = texts("reasoning_content");
  const [extra] = all.flatMap((delta) => delta.extra_content ?? []).slice(-1);
  return {
    content: content === "" && calls.length > 0 ? null : content,
    ...(thoughts === "" ? {} : { reasoning_content: thoughts }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(({ index: _place, ...call }) => call) }),
    ...(extra === undefined ? {} : { extra_content: extra }),
  };
}
