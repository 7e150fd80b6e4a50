import { crc32 } from "node:zlib";

/** Where the parts of a conversation stand in a request's body, in bytes; the envelope has them. */
export interface ConversationPlaces {
  /** Where the list of messages starts; null where there is none. */
  readonly messagesStart: number | null;
  /** Behind each message, ascending. Of a long conversation some in the middle may be missing. */
  readonly messageEnds: readonly number[];
  readonly toolsRange: { readonly start: number; readonly end: number } | null;
}

/** A beginning of a conversation that later requests may share. */
export interface PrefixKey {
  readonly hash: string;
  /** Share of this request's prompt that it makes up, 0 to 1. */
  readonly share: number;
}

export interface ConversationKeys {
  /** Tools and everything up to the first message of the user: the same for all turns of a conversation. */
  readonly conversation: string;
  /** From the shortest to the whole prompt. */
  readonly prefixes: readonly PrefixKey[];
}

/**
 * As many ends as one turn may have added since the last request, tool calls included. Those before it were ends of earlier
 * requests.
 */
const lastEnds = 12;
/** A first message of the user that comes later than this tells conversations apart no better than what is before it. */
const maxBeforeUser = 8;

const roleKey = Buffer.from('"role"');
const userRole = /^\s*:\s*"user"/;
/** Room for the colon, spaces and the value. */
const roleBytes = 40;

/**
 * Names a conversation and its beginnings at several depths. A hash of the first message alone would not do: where all
 * conversations share a system prompt, it would send them all to one place. Null where there are no messages.
 */
export function readConversationKeys(places: ConversationPlaces, body: Buffer): ConversationKeys | null {
  const { messagesStart, messageEnds, toolsRange } = places;
  const last = messageEnds.at(-1);
  if (messagesStart === null || last === undefined) return null;
  const user = firstUserMessage(messagesStart, messageEnds, body);
  const isKept = (index: number): boolean =>
    index === user || index === user - 1 || index >= messageEnds.length - lastEnds;
  const toolsBytes = toolsRange === null ? 0 : toolsRange.end - toolsRange.start;
  // Where prompts meet, not who may read them, depends on this: a checksum takes half the time of the fastest digest.
  let sum = toolsRange === null ? 0 : crc32(body.subarray(toolsRange.start, toolsRange.end));
  const wholeBytes = toolsBytes + last - messagesStart;
  const prefixes: PrefixKey[] = [];
  let conversation = "";
  let from = messagesStart;
  for (const [index, end] of messageEnds.entries()) {
    if (!isKept(index)) continue;
    sum = crc32(body.subarray(from, end), sum);
    from = end;
    const bytes = toolsBytes + end - messagesStart;
    // With the length, two different beginnings are the same to one in four thousand million.
    const key = { hash: `${sum.toString(36)}-${bytes.toString(36)}`, share: bytes / wholeBytes };
    prefixes.push(key);
    if (index === user) conversation = key.hash;
  }
  return { conversation, prefixes };
}

/** The index of the user's first message, or of the last before which there is none. */
function firstUserMessage(start: number, ends: readonly number[], body: Buffer): number {
  const looked = ends.slice(0, maxBeforeUser);
  const index = looked.findIndex((end, at) => isFromUser(body.subarray(looked[at - 1] ?? start, end)));
  return index < 0 ? looked.length - 1 : index;
}

/** Inside a text its quotes would be escaped, so that the key is found nowhere but where it is one. */
function isFromUser(message: Buffer): boolean {
  const at = message.indexOf(roleKey);
  if (at < 0) return false;
  const value = at + roleKey.length;
  return userRole.test(message.toString("latin1", value, value + roleBytes));
}
