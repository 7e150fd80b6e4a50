import type { AnswerPiece, CallPiece } from "../../../../contract/openai/chat-answer.ts";
import type { EventTranslation } from "../event-sink.ts";
import { readAnswer, thoughtsOf, unusable } from "../read-answer.ts";
import { type AnswerEnd, stopFields, toUsage, usageOrigin } from "./answer-end.ts";
import { type AskedMessage, messageHead, newCallId } from "./whole-message.ts";

/** The block that is being written. There is only one at a time in this dialect. */
type OpenBlock = { readonly kind: "thinking" | "text" } | { readonly kind: "call"; readonly call: number };

/** Puts the events of a streamed chat completion into those of a message. Keeps no text. */
export class MessageEvents implements EventTranslation {
  readonly #asked: AskedMessage;
  #events = "";
  #hasStarted = false;
  #open: OpenBlock | undefined;
  #blocks = 0;
  #calls = 0;
  #end: Omit<AnswerEnd, "hasCalls"> = { finishReason: null, stoppedAt: undefined, usage: null };
  #isDone = false;

  constructor(asked: AskedMessage) {
    this.#asked = asked;
  }

  /** What one event becomes; nothing, often. @throws MeshError `backend_protocol`, or the error that the event tells of */
  push(data: string): string {
    if (data === "[DONE]") {
      this.#isDone = true;
      return "";
    }
    const { model, choices, usage } = readAnswer(data, this.#asked.model);
    this.#start(model ?? this.#asked.model);
    const choice = choices?.[0];
    if (choice?.delta !== null && choice?.delta !== undefined) this.#piece(choice.delta);
    this.#end = {
      finishReason: choice?.finish_reason ?? this.#end.finishReason,
      stoppedAt: choice?.stop_reason ?? this.#end.stoppedAt,
      usage: usage ?? this.#end.usage,
    };
    return this.#take();
  }

  /** The last events. @throws MeshError `backend_protocol` when the stream ended without saying that it is whole */
  finish(): string {
    if (!this.#isDone && this.#end.finishReason === null) throw unusable(this.#asked.model, "it ended without an end");
    this.#start(this.#asked.model);
    this.#close();
    const { stopSequences } = this.#asked;
    const delta = { ...stopFields({ ...this.#end, hasCalls: this.#calls > 0 }, stopSequences), container: null };
    this.#emit("message_delta", { delta, usage: toUsage(this.#end.usage) });
    this.#emit("message_stop", {});
    return this.#take();
  }

  #start(model: string): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    // Counts come with the end of an answer here, and with `message_delta`.
    const usage = { ...usageOrigin, ...toUsage(null) };
    const message = { ...messageHead(model), content: [], stop_reason: null, stop_sequence: null, stop_details: null };
    this.#emit("message_start", { message: { ...message, usage } });
  }

  #piece(piece: AnswerPiece): void {
    const thoughts = this.#asked.tellsThoughts ? thoughtsOf(piece) : "";
    if (thoughts !== "") {
      if (this.#open?.kind !== "thinking") {
        this.#begin({ kind: "thinking" }, { type: "thinking", thinking: "", signature: "" });
      }
      this.#delta({ type: "thinking_delta", thinking: thoughts });
    }
    const text = piece.content ?? "";
    if (text !== "") {
      if (this.#open?.kind !== "text") this.#begin({ kind: "text" }, { type: "text", text: "", citations: null });
      this.#delta({ type: "text_delta", text });
    }
    for (const call of piece.tool_calls ?? []) this.#callPiece(call);
  }

  #callPiece({ index, id, function: called }: CallPiece): void {
    const current = this.#open?.kind === "call" ? this.#open.call : undefined;
    // Without a number, an id says that another call begins.
    const call = index ?? (current === undefined || (id ?? "") !== "" ? this.#calls : current);
    if (call !== current) this.#beginCall(call, id, called?.name);
    const json = called?.arguments ?? "";
    if (json !== "") this.#delta({ type: "input_json_delta", partial_json: json });
  }

  #beginCall(call: number, id: CallPiece["id"], name: string | null | undefined): void {
    const { model } = this.#asked;
    // A block that has ended cannot go on: such an answer has no form in this dialect.
    if (call < this.#calls) throw unusable(model, "pieces of several calls are mixed");
    if ((name ?? "") === "") throw unusable(model, "a call names no tool");
    this.#calls = call + 1;
    const block = { type: "tool_use", id: id ?? newCallId(), name, input: {}, caller: { type: "direct" } };
    this.#begin({ kind: "call", call }, block);
  }

  #begin(open: OpenBlock, block: object): void {
    this.#close();
    this.#open = open;
    this.#emit("content_block_start", { index: this.#blocks, content_block: block });
  }

  #delta(delta: object): void {
    this.#emit("content_block_delta", { index: this.#blocks, delta });
  }

  #close(): void {
    if (this.#open === undefined) return;
    this.#emit("content_block_stop", { index: this.#blocks });
    this.#open = undefined;
    this.#blocks++;
  }

  #emit(type: string, fields: object): void {
    this.#events += `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  }

  #take(): string {
    const events = this.#events;
    this.#events = "";
    return events;
  }
}
