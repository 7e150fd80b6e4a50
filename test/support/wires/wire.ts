import type { Json } from "../dialects/dialect-client.ts";

/** What a server of some dialect says: a thought and a text, or two calls of `look` behind them. */
export type Play = "words" | "calls";

/** The text of both plays, in the pieces that it comes in. */
export const spoken = ["Once", " upon"] as const;
export const thought = "hm";
export const calledWith = [{ at: "north" }, { at: "south" }] as const;
export const counted = { read: 9, written: 7 } as const;

/** What a request said, in no dialect's words. */
export interface Sent {
  /** In base64. */
  readonly images: readonly string[];
  readonly stops: readonly string[];
  readonly schema: unknown;
  /** Names of functions that it offers. */
  readonly tools: readonly string[];
  /** Arguments of calls in the conversation, and their results, in order. */
  readonly calls: readonly unknown[];
  readonly results: readonly string[];
  readonly thinks: boolean;
}

/** A server's dialect, as its documents say it is spoken: what a stand-in answers, and how it understands requests. */
export interface Wire {
  /** Answers to questions about models, by method and path. */
  lists(model: string): Readonly<Record<string, unknown>>;
  /** Where answers are asked for. */
  chatPaths(model: string): readonly string[];
  isStream(path: string, body: Json): boolean;
  whole(play: Play, model: string): object;
  readonly streamType: string;
  /** Up to and with the first piece of the text. */
  beginning(model: string): string;
  /** What comes behind that. */
  rest(play: Play, model: string): string;
  read(body: Json): Sent;
  /** What the server would object to in a request; null for nothing. */
  objection?(body: Json): string | null;
}
