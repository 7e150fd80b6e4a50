/** A question in no dialect's words. Every dialect asks it by its own names. */
export interface Ask {
  readonly model: string;
  readonly stream?: boolean;
  readonly maxTokens?: number;
  /** Offers `look({ at })`. */
  readonly tools?: "offered" | "demanded";
  readonly schema?: Readonly<Record<string, unknown>>;
  /** A PNG in base64. */
  readonly image?: string;
  readonly stop?: string;
  /** Asks for some thought. */
  readonly thinks?: boolean;
  /** An answer that called tools: it is sent back, with `result` for each of its calls. */
  readonly after?: Heard;
  readonly result?: string;
}

/** An answer in no dialect's words. */
export interface Heard {
  readonly text: string;
  readonly thoughts: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[];
  /** Tokens of the prompt and of the answer. */
  readonly usage: { readonly read: number; readonly written: number } | null;
  /** In the dialect's own word. */
  readonly end: string | null;
  /** Whether it ended as whole answers do. */
  readonly isWhole: boolean;
  /** The pieces of text that it came in; 1 where it came at once. */
  readonly pieces: number;
  /** The error that a stream ended with. */
  readonly error: string | null;
  /** How this dialect's clients send the answer back; only of answers that came at once. */
  readonly turn: readonly object[];
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read as they come, and compared with what is expected
export type Json = any;

/** A client of one dialect, as plain as can be: what it sends and reads is what its documents say. */
export interface DialectClient {
  readonly name: string;
  readonly path: string;
  /** What an answer's end is called in it. */
  readonly ends: { readonly stop: string; readonly length: string; readonly calls: string };
  /** The dialect has no word for these. */
  readonly lacks: readonly ("demanded" | "stop")[];
  body(ask: Ask): object;
  readWhole(answer: Json): Heard;
  readStream(text: string): Heard;
  /** A whole answer that is one call. */
  inventCall(name: string, input: object): Json;
  /** What a refusal says. */
  errorText(answer: Json): string;
}

export const question = "Tell me a story";
export const lookParameters = {
  type: "object",
  properties: { at: { type: "string", maxLength: 8 } },
  required: ["at"],
};

/** The `data` of each whole event, parsed where it is JSON. */
export const readEvents = (text: string): Json[] =>
  text
    .split("\n\n")
    .slice(0, -1)
    .flatMap((event) => event.split("\n").filter((line) => line.startsWith("data: ")))
    .map((line) => line.slice("data: ".length))
    .map((data) => (data === "[DONE]" ? data : JSON.parse(data)));

/** Without members that nobody gave. */
export const given = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
