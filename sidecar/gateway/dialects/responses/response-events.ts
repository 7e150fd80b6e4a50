import type { AnswerPiece, CallPiece, ChatAnswer } from "../../../../contract/openai/chat-answer.ts";
import type { EventTranslation } from "../event-sink.ts";
import { readAnswer, thoughtsOf, unusable } from "../read-answer.ts";
import { CallItem, type ItemEvent, type ItemStatus, type OutputItem, TextItem } from "./output-item.ts";
import { incompleteReason, seconds, toUsage } from "./response-object.ts";

export interface ResponseEventsOptions {
  /** As it was asked for. */
  readonly model: string;
  /** What is known from the request. */
  readonly head: object;
}

/** The end of an answer says all of it again: no honest one has more text, in characters. */
const maxCharacters = 16 * 1024 * 1024;

/**
 * Puts the events of a streamed chat completion into those of a response. Thoughts and text are one open item at a time;
 * calls stay open together, since some servers mix their pieces.
 */
export class ResponseEvents implements EventTranslation {
  readonly #options: ResponseEventsOptions;
  readonly #output: OutputItem[] = [];
  readonly #closed: object[] = [];
  /** What is open, by its place in the output; calls under their number besides. */
  readonly #open = new Map<number, OutputItem>();
  readonly #calls = new Map<number, number>();
  #lastCall: number | undefined;
  #events = "";
  #number = 0;
  #characters = 0;
  #model: string;
  #hasStarted = false;
  #isDone = false;
  #finishReason: string | null = null;
  #usage: ChatAnswer["usage"] = null;

  constructor(options: ResponseEventsOptions) {
    this.#options = options;
    this.#model = options.model;
  }

  /** The number of the next event, for whoever has to tell of an error. */
  get nextNumber(): number {
    return this.#number;
  }

  push(data: string): string {
    if (data === "[DONE]") this.#isDone = true;
    else this.#read(readAnswer(data, this.#options.model), "delta");
    return this.#take();
  }

  finish(): string {
    if (!this.#isDone && this.#finishReason === null) throw unusable(this.#options.model, "it ended without an end");
    this.#end();
    return this.#take();
  }

  /** The response that a whole chat completion is. @throws MeshError `backend_protocol`, or the error that it tells of */
  whole(text: string): object {
    const answer = readAnswer(text, this.#options.model);
    if (!answer.choices?.[0]?.message) throw unusable(this.#options.model, "there is no message in it");
    this.#read(answer, "message");
    return this.#end();
  }

  #read({ model, choices, usage }: ChatAnswer, said: "delta" | "message"): void {
    this.#start(model ?? this.#model);
    const [choice] = choices ?? [];
    const piece = choice?.[said];
    if (piece !== null && piece !== undefined) this.#piece(piece, said === "message");
    this.#finishReason = choice?.finish_reason ?? this.#finishReason;
    this.#usage = usage ?? this.#usage;
  }

  #start(model: string): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#model = model;
    const response = this.#response("in_progress");
    this.#emit({ type: "response.created", response });
    this.#emit({ type: "response.in_progress", response });
  }

  #end(): object {
    this.#start(this.#model);
    const reason = incompleteReason(this.#finishReason);
    const status = reason === null ? "completed" : "incomplete";
    this.#close(status);
    const response = {
      ...this.#response(status),
      completed_at: status === "completed" ? seconds() : null,
      incomplete_details: reason === null ? null : { reason },
      usage: toUsage(this.#usage),
    };
    this.#emit({ type: `response.${status}`, response });
    return response;
  }

  #response(status: ItemStatus): object {
    const nothingYet = { completed_at: null, incomplete_details: null, usage: null };
    return { ...this.#options.head, status, model: this.#model, output: [...this.#closed], ...nothingYet };
  }

  #piece(piece: AnswerPiece, isWhole: boolean): void {
    const thoughts = thoughtsOf(piece);
    if (thoughts !== "") this.#add(this.#textItem("reasoning"), thoughts);
    const text = piece.content ?? "";
    if (text !== "") this.#add(this.#textItem("message"), text);
    for (const [position, call] of (piece.tool_calls ?? []).entries()) {
      // Calls of a whole answer are complete, and often without a number.
      this.#callPiece(isWhole ? { ...call, index: position } : call);
    }
  }

  #textItem(kind: TextItem["kind"]): number {
    const [place, item] = [...this.#open][0] ?? [];
    if (place !== undefined && item instanceof TextItem && item.kind === kind) return place;
    this.#close("completed");
    return this.#begin(new TextItem(kind));
  }

  #callPiece({ index, id, function: called }: CallPiece): void {
    // Without a number, an id says that another call begins.
    const isNew = index === null || index === undefined ? (id ?? "") !== "" || this.#lastCall === undefined : false;
    const call = index ?? (isNew ? (this.#lastCall ?? -1) + 1 : (this.#lastCall as number));
    let place = this.#calls.get(call);
    if (place === undefined) {
      const name = called?.name ?? "";
      if (name === "") throw unusable(this.#options.model, "a call names no tool");
      if ([...this.#open.values()].some((item) => item instanceof TextItem)) this.#close("completed");
      place = this.#begin(new CallItem(name, id ?? ""));
      this.#calls.set(call, place);
    }
    this.#lastCall = Math.max(call, this.#lastCall ?? call);
    const json = called?.arguments ?? "";
    if (json === "") return;
    if (!this.#open.has(place)) throw unusable(this.#options.model, "a call goes on after its end");
    this.#add(place, json);
  }

  #begin(item: OutputItem): number {
    const place = this.#output.push(item) - 1;
    this.#emit({ type: "response.output_item.added", output_index: place, item: item.toJson("in_progress") });
    this.#open.set(place, item);
    for (const event of item.opening()) this.#emitOf(place, item, event);
    return place;
  }

  #add(place: number, text: string): void {
    this.#characters += text.length;
    if (this.#characters > maxCharacters) throw unusable(this.#options.model, "it is too large");
    const item = this.#output[place] as OutputItem;
    this.#emitOf(place, item, item.add(text));
  }

  /** Ends what is open; of an answer that was cut, the last item was. */
  #close(status: "completed" | "incomplete"): void {
    for (const [place, item] of this.#open) {
      for (const event of item.closing()) this.#emitOf(place, item, event);
      const json = item.toJson(place === this.#output.length - 1 ? status : "completed");
      this.#closed.push(json);
      this.#emit({ type: "response.output_item.done", output_index: place, item: json });
    }
    this.#open.clear();
  }

  #emitOf(place: number, { id }: OutputItem, event: ItemEvent): void {
    this.#emit({ ...event, item_id: id, output_index: place });
  }

  #emit({ type, ...fields }: ItemEvent): void {
    const json = JSON.stringify({ type, sequence_number: this.#number++, ...fields });
    this.#events += `event: ${type}\ndata: ${json}\n\n`;
  }

  #take(): string {
    const events = this.#events;
    this.#events = "";
    return events;
  }
}
