import { newId } from "./response-object.ts";

export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** One event, without its number. */
export interface ItemEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A part of an answer that is being written: thoughts, a message, or a call. It keeps its text, which its end says again. */
export interface OutputItem {
  readonly id: string;
  /** What tells of its beginning, but for the item itself. */
  opening(): readonly ItemEvent[];
  /** What tells of more text. */
  add(text: string): ItemEvent;
  /** What tells of its end, but for the item itself. */
  closing(): readonly ItemEvent[];
  /** As it stands. */
  toJson(status: ItemStatus): object;
}

/** Thoughts or a text: an item with one part. */
export class TextItem implements OutputItem {
  readonly kind: "reasoning" | "message";
  readonly id: string;
  #text = "";
  #hasPart = false;

  constructor(kind: "reasoning" | "message") {
    this.kind = kind;
    this.id = newId(kind === "reasoning" ? "rs" : "msg");
  }

  opening(): readonly ItemEvent[] {
    const part = this.#part();
    this.#hasPart = true;
    return [{ type: "response.content_part.added", content_index: 0, part }];
  }

  add(delta: string): ItemEvent {
    this.#text += delta;
    return { type: `${this.#events}.delta`, content_index: 0, delta, ...this.#logprobs };
  }

  closing(): readonly ItemEvent[] {
    return [
      { type: `${this.#events}.done`, content_index: 0, text: this.#text, ...this.#logprobs },
      { type: "response.content_part.done", content_index: 0, part: this.#part() },
    ];
  }

  toJson(status: ItemStatus): object {
    const content = this.#hasPart ? [this.#part()] : [];
    const { id, kind: type } = this;
    if (type === "message") return { id, type, status, role: "assistant", content };
    return { id, type, status, summary: [], content, encrypted_content: null };
  }

  get #events(): string {
    return this.kind === "reasoning" ? "response.reasoning_text" : "response.output_text";
  }

  get #logprobs(): object {
    return this.kind === "reasoning" ? {} : { logprobs: [] };
  }

  #part(): object {
    if (this.kind === "reasoning") return { type: "reasoning_text", text: this.#text };
    return { type: "output_text", text: this.#text, annotations: [], logprobs: [] };
  }
}

/** A call of one of the client's functions. */
export class CallItem implements OutputItem {
  readonly id = newId("fc");
  readonly #callId: string;
  readonly #name: string;
  #arguments = "";

  /** @param callId empty where the place gives calls no ids */
  constructor(name: string, callId: string) {
    this.#name = name;
    this.#callId = callId === "" ? newId("call") : callId;
  }

  opening(): readonly ItemEvent[] {
    return [];
  }

  add(delta: string): ItemEvent {
    this.#arguments += delta;
    return { type: "response.function_call_arguments.delta", delta };
  }

  closing(): readonly ItemEvent[] {
    // Functions without arguments get an empty text from some servers, which is no JSON.
    const added = this.#arguments.trim() === "" ? [this.add("{}")] : [];
    const done = { name: this.#name, arguments: this.#arguments };
    return [...added, { type: "response.function_call_arguments.done", ...done }];
  }

  toJson(status: ItemStatus): object {
    const [call_id, name] = [this.#callId, this.#name];
    return { id: this.id, type: "function_call", status, call_id, name, arguments: this.#arguments };
  }
}
