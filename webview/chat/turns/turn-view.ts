import type { FromChatView, SendKey } from "../../../contract/webview/chat.ts";
import type { RouteWords, Turn } from "../../../contract/webview/chat-turns.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";

export interface TurnViewOptions {
  readonly words: ChatWords;
  readonly send: (message: FromChatView) => void;
  readonly say: (text: string) => void;
  /** The person has asked for something that adds to the end of the conversation: they want to see it. */
  readonly onAsked: () => void;
  /** The person works on something within the conversation: it must stay where it is. */
  readonly onEditing: () => void;
  readonly sendsWith: SendKey;
  /** Whether the thoughts of an answer are unfolded, as the person has chosen; undefined where they have not. */
  readonly openThoughts: { get(turnId: string): boolean | undefined; set(turnId: string, isOpen: boolean): void };
}

/** Where a turn stands in the conversation as it is now. */
export interface TurnPlace {
  readonly isLast: boolean;
  /** An answer is being written: nothing else can be asked meanwhile. */
  readonly isBusy: boolean;
}

/** One question or answer on the page. */
export interface TurnView<T extends Turn = Turn> {
  readonly element: HTMLElement;
  readonly turn: T;
  /** Takes over what there is now; `draw` shows it. */
  set(turn: T): void;
  place(place: TurnPlace): void;
  draw(): void;
  /** More of an answer. */
  append?(more: { readonly text: string; readonly reasoning: string }): void;
  /** Opens a question for editing with these words. */
  edit?(text: string): void;
  /** Answers the question why it came from where it came from. */
  showRoute?(route: RouteWords | null): void;
}

export type Question = Extract<Turn, { role: "user" }>;
export type Answer = Extract<Turn, { role: "assistant" }>;

/** True while the answer is being written. */
export const isWriting = (turn: Turn): boolean =>
  turn.role === "assistant" && (turn.state === "waiting" || turn.state === "streaming");
