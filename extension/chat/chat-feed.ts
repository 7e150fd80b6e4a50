import type { ToChatView } from "../../contract/webview/chat.ts";
import type { ComposerState } from "../../contract/webview/chat-composer.ts";
import type { Turn } from "../../contract/webview/chat-turns.ts";

export type ChatUpdate = Extract<ToChatView, { type: "update" }>;

/** Everything that the view shows. */
export interface ChatPicture {
  readonly turns: readonly Turn[];
  /** What the conversation is called; "" while it has no question. */
  readonly title: string;
  readonly composer: ComposerState;
  readonly notice: NonNullable<ChatUpdate["notice"]> | null;
}

/**
 * Says what has changed between two pictures of the chat, so that a long answer costs its new words only. Text that was
 * only added to is sent as the addition.
 */
export class ChatFeed {
  #shown: ChatPicture | undefined;

  /** The view has nothing any more: the next update is complete. */
  forget(): void {
    this.#shown = undefined;
  }

  /** Undefined when nothing has changed. */
  next(picture: ChatPicture): ChatUpdate | undefined {
    const shown = this.#shown;
    this.#shown = picture;
    const isReset = shown === undefined || !isContinuation(shown.turns, picture.turns);
    const known = new Map(isReset ? [] : shown.turns.map((turn) => [turn.id, turn]));
    const turns: Turn[] = [];
    const appended: ChatUpdate["appended"] = [];
    for (const turn of picture.turns) {
      const before = known.get(turn.id);
      const tail = before === undefined ? undefined : addition(before, turn);
      if (tail === undefined) turns.push(turn);
      else if (tail.text !== "" || tail.reasoning !== "") appended.push({ turnId: turn.id, ...tail });
    }
    const rest = {
      ...(shown?.title === picture.title ? {} : { title: picture.title }),
      ...(isSame(shown?.composer, picture.composer) ? {} : { composer: picture.composer }),
      ...(shown !== undefined && isSame(shown.notice, picture.notice) ? {} : { notice: picture.notice }),
    };
    if (!isReset && turns.length + appended.length + Object.keys(rest).length === 0) return undefined;
    return { type: "update", isReset, turns, appended, ...rest };
  }
}

/** Every turn that is shown is still there, in its place. */
function isContinuation(before: readonly Turn[], now: readonly Turn[]): boolean {
  return before.every((turn, index) => turn.id === now[index]?.id);
}

/** What was added to an answer and its thoughts, when nothing else has changed: empty where nothing was. */
function addition(before: Turn, now: Turn): { text: string; reasoning: string } | undefined {
  if (before === now) return { text: "", reasoning: "" };
  if (!isSame(withoutText(before), withoutText(now))) return undefined;
  const isLonger = now.text.startsWith(before.text) && reasoningOf(now).startsWith(reasoningOf(before));
  if (!isLonger) return undefined;
  return { text: now.text.slice(before.text.length), reasoning: reasoningOf(now).slice(reasoningOf(before).length) };
}

const reasoningOf = (turn: Turn): string => (turn.role === "assistant" ? turn.reasoning : "");

/** Texts are long, and compared on their own. */
const withoutText = (turn: Turn): Turn =>
  turn.role === "assistant" ? { ...turn, text: "", reasoning: "" } : { ...turn, text: "" };

/** Pictures are plain data, made with the same keys in the same order. */
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
