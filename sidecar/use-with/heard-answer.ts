import { MeshError, type WireError } from "../../contract/errors/mesh-error.ts";
import type { ToolDialect } from "../../contract/use-with/outside-tool.ts";
import { cleanText } from "../platform/clean-text.ts";

/** More of an answer than this is not kept, in characters. */
const maxTextLength = 300;

export interface Refused {
  readonly error: WireError | null;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a tool would have heard: the events of a stream, in whichever dialect. */
export class HeardAnswer {
  readonly #dialect: ToolDialect;
  #text = "";
  #rest = "";
  called: string | null = null;
  /** The stream has said that it is whole. */
  isWhole = false;
  refused: Refused | undefined;

  constructor(dialect: ToolDialect) {
    this.#dialect = dialect;
  }

  get text(): string {
    return cleanText(this.#text);
  }

  /** More of the stream. Events may be cut anywhere. */
  push(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data:")) this.#event(line.slice("data:".length).trim());
  }

  #event(data: string): void {
    if (data === "[DONE]") {
      this.isWhole = true;
      return;
    }
    const event = parseFields(data);
    if (event === undefined) return;
    const { type } = event;
    if (type === "error" || type === "response.failed" || (type === undefined && event.error !== undefined)) {
      this.refused ??= readRefusal(type === "response.failed" ? fieldsOf(event.response) : event);
      return;
    }
    this.#hear(event);
  }

  #hear(event: Fields): void {
    switch (this.#dialect) {
      case "openai-chat": {
        const [choice] = listOf(event.choices);
        const delta = fieldsOf(choice?.delta);
        this.#say(delta.content);
        const [call] = listOf(delta.tool_calls);
        this.#call(fieldsOf(call?.function).name);
        return;
      }
      case "openai-responses":
        if (event.type === "response.output_text.delta") this.#say(event.delta);
        if (event.type === "response.output_item.added") this.#call(fieldsOf(event.item).name);
        if (event.type === "response.completed" || event.type === "response.incomplete") this.isWhole = true;
        return;
      case "anthropic-messages":
        if (event.type === "content_block_start") this.#call(fieldsOf(event.content_block).name);
        if (event.type === "content_block_delta") this.#say(fieldsOf(event.delta).text);
        if (event.type === "message_stop") this.isWhole = true;
    }
  }

  #say(text: unknown): void {
    if (typeof text === "string" && this.#text.length < maxTextLength) this.#text += text;
  }

  #call(name: unknown): void {
    if (typeof name === "string" && name !== "") this.called ??= cleanText(name);
  }
}

/** The error in a body of any dialect, `{error: {message, code, params}}` or alike. */
export function readRefusal(body: Fields): Refused {
  const error = body.error === undefined ? body : fieldsOf(body.error);
  const { message, code, params } = error;
  return {
    error: MeshError.fromWire({ code, params })?.toWire() ?? null,
    message: cleanText(typeof message === "string" ? message : ""),
  };
}

/** A JSON object, or undefined for all else. */
export function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
