import type {
  FunctionCallItem,
  FunctionCallOutputItem,
  InputItem,
  InputPart,
  MessageItem,
  ReasoningItem,
} from "../../../../contract/responses/items.ts";
import type { ResponsesRequest } from "../../../../contract/responses/request.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { type ChatCall, type ChatMessage, type ContentPart, userMessage } from "../chat-message.ts";

/** What the assistant said in a row: thoughts, text and calls are one message in chat completions, in this order alone. */
interface Turn {
  rank: number;
  readonly thoughts: string[];
  text: string | null;
  readonly calls: ChatCall[];
}
const [thoughtRank, textRank, callRank] = [0, 1, 2];

/**
 * A conversation as chat completions have it.
 *
 * @throws MeshError `invalid_field` for a result without its call
 */
export function toChatMessages({
  instructions,
  input,
}: Pick<ResponsesRequest, "instructions" | "input">): ChatMessage[] {
  const conversation = new Conversation();
  // Templates of many models take the system's words once, and first.
  if (instructions) conversation.systemSays(instructions);
  if (typeof input === "string") conversation.say(userMessage([{ type: "text", text: input }]));
  else for (const [index, item] of input.entries()) conversation.add(item, `input[${index}]`);
  return conversation.end();
}

class Conversation {
  readonly #messages: ChatMessage[] = [];
  readonly #calls = new Set<string>();
  #turn: Turn | undefined;

  /** @throws MeshError `invalid_field`; `field` is where the item stands */
  add(item: InputItem, field: string): void {
    switch (item.type) {
      case "reasoning":
        this.#think(item);
        return;
      case "function_call":
        this.#call(item);
        return;
      case "function_call_output":
        this.#answerCall(item, field);
        return;
      default:
        this.#message(item);
    }
  }

  say(message: ChatMessage): void {
    this.#endTurn();
    this.#messages.push(message);
  }

  /** Several texts of the system's in a row are paragraphs of one. */
  systemSays(text: string): void {
    this.#endTurn();
    const before = this.#messages.at(-1);
    if (before?.role !== "system") this.#messages.push({ role: "system", content: text });
    else this.#messages[this.#messages.length - 1] = { role: "system", content: `${before.content}\n\n${text}` };
  }

  end(): ChatMessage[] {
    this.#endTurn();
    return this.#messages;
  }

  #message({ role, content }: MessageItem): void {
    if (role === "user") {
      this.say(userMessage(typeof content === "string" ? [{ type: "text", text: content }] : content.map(toPart)));
      return;
    }
    const text = typeof content === "string" ? content : joinTexts(content, role === "assistant" ? "" : "\n");
    if (role !== "assistant") this.systemSays(text);
    else this.#turnFor(textRank).text = text;
  }

  #think({ summary, content }: ReasoningItem): void {
    const told = (content ?? []).length > 0 ? content : summary;
    // One that its client could not keep says nothing.
    if (told && told.length > 0) this.#turnFor(thoughtRank).thoughts.push(joinTexts(told, "\n"));
  }

  #call({ call_id: id, name, arguments: text }: FunctionCallItem): void {
    this.#calls.add(id);
    this.#turnFor(callRank).calls.push({ id, type: "function", function: { name, arguments: text } });
  }

  #answerCall({ call_id: id, output }: FunctionCallOutputItem, field: string): void {
    if (!this.#calls.has(id)) throw invalidField(`${field}.call_id`, "no function_call before it has this call_id");
    this.say({
      role: "tool",
      tool_call_id: id,
      content: typeof output === "string" ? output : joinTexts(output, "\n"),
    });
  }

  /** The turn that goes on with this, or another one: a second text, or thoughts behind a text, begin it. */
  #turnFor(rank: number): Turn {
    const isNext =
      this.#turn !== undefined && (rank > this.#turn.rank || (rank === this.#turn.rank && rank !== textRank));
    if (!isNext) this.#endTurn();
    this.#turn ??= { rank, thoughts: [], text: null, calls: [] };
    this.#turn.rank = rank;
    return this.#turn;
  }

  #endTurn(): void {
    if (this.#turn === undefined) return;
    const { thoughts, text, calls } = this.#turn;
    this.#messages.push({
      role: "assistant",
      // Only calls may stand without a text.
      content: calls.length === 0 ? (text ?? "") : text,
      ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join("\n") }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    });
    this.#turn = undefined;
  }
}

function toPart(part: InputPart): ContentPart {
  if (part.type === "input_text") return { type: "text", text: part.text };
  const { image_url: url, detail } = part;
  return { type: "image_url", image_url: { url, ...(detail === "low" || detail === "high" ? { detail } : {}) } };
}

const joinTexts = (parts: readonly { readonly text: string }[], between: string): string =>
  parts.map(({ text }) => text).join(between);
