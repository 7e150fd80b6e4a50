import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type Conversation, conversationSchema, interrupted } from "../conversation.ts";

/** Of the files of conversations; it grows when their content changes its meaning. */
const format = 0;

/** What a conversation may have in attachments on the disk, in characters. Words are never left out. */
const maxAttachedCharacters = 24_000_000;

/** A conversation as its file has it. Where there is too much attached, the oldest attachments lose their content. */
export function conversationText(conversation: Conversation): string {
  let room = maxAttachedCharacters;
  const turns = conversation.turns.toReversed().map((turn) => {
    if (turn.role === "assistant" || turn.attachments.length === 0) return turn;
    const attachments = turn.attachments.map((attachment) => {
      room -= attachment.text.length + (attachment.image?.length ?? 0);
      return room >= 0 ? attachment : { ...attachment, text: "", image: null, isEmptied: true };
    });
    return { ...turn, attachments };
  });
  return `${JSON.stringify({ format, content: { ...conversation, turns: turns.toReversed() } })}\n`;
}

/**
 * Reads a file of this name. Undefined when it is not what it should be.
 *
 * @throws MeshError `state_too_new`
 */
export function readConversation(text: string, { id, path }: { id: string; path: string }): Conversation | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // A file that breaks off, or somebody else's.
    return undefined;
  }
  if (typeof stored !== "object" || stored === null || !("format" in stored) || !("content" in stored))
    return undefined;
  if (typeof stored.format !== "number") return undefined;
  if (stored.format > format) throw new MeshError("state_too_new", { path, format: stored.format, supported: format });
  const { data } = conversationSchema.safeParse(stored.content);
  return data === undefined || data.id !== id ? undefined : { ...data, turns: data.turns.map(interrupted) };
}
