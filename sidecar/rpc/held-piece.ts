import type { AnswerPiece } from "../../contract/openai/chat-answer.ts";
import type { ChatPiece, ToolCallPiece } from "../../contract/rpc/chat.ts";

/** What has arrived of an answer and was not sent yet: text, thoughts and pieces of calls, gathered into one piece. */
export class HeldPiece {
  #text = "";
  #reasoning = "";
  readonly #calls = new Map<number, ToolCallPiece>();
  #characters = 0;

  /** What waits, in characters; 0 when nothing does. */
  get characters(): number {
    return this.#characters;
  }

  add({ content, reasoning_content, reasoning, tool_calls }: AnswerPiece): void {
    const thought = reasoning_content ?? reasoning ?? "";
    this.#text += content ?? "";
    this.#reasoning += thought;
    this.#characters += (content ?? "").length + thought.length;
    for (const { index, id, function: called } of tool_calls ?? []) {
      this.#addCall({
        // A server that numbers none has only one.
        index: index ?? 0,
        ...(id ? { id } : {}),
        ...(called?.name ? { name: called.name } : {}),
        arguments: called?.arguments ?? "",
      });
    }
  }

  /** All that waits; nothing does afterwards. */
  take(): ChatPiece {
    const piece: ChatPiece = {
      text: this.#text,
      ...(this.#reasoning === "" ? {} : { reasoning: this.#reasoning }),
      ...(this.#calls.size === 0 ? {} : { toolCalls: [...this.#calls.values()] }),
    };
    this.#text = "";
    this.#reasoning = "";
    this.#calls.clear();
    this.#characters = 0;
    return piece;
  }

  #addCall(call: ToolCallPiece): void {
    const before = this.#calls.get(call.index);
    const { id = before?.id, name = before?.name, index } = call;
    this.#calls.set(index, {
      index,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      arguments: (before?.arguments ?? "") + call.arguments,
    });
    // A call counts even before its arguments begin: that somebody is called is worth telling.
    this.#characters += call.arguments.length + (call.name?.length ?? 0) + (call.id?.length ?? 0);
  }
}
