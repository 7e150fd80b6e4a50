import { type ChatTurn, type Conversation, interrupted } from "../conversation.ts";

/** Where a turn stands among those that follow the same one. */
export interface SiblingPlace {
  readonly index: number;
  readonly count: number;
}

/** The key of `shown` for what follows a turn. */
const below = (parentId: string | null): string => parentId ?? "";

/** The turns that are shown, from the first to the last. */
export function shownPath({ turns, shown }: Pick<Conversation, "turns" | "shown">): ChatTurn[] {
  const followers = Map.groupBy(turns, ({ parentId }) => below(parentId));
  const path: ChatTurn[] = [];
  for (let key = ""; ; ) {
    const candidates = followers.get(key);
    const wanted = Object.hasOwn(shown, key) ? shown[key] : undefined;
    const next = candidates?.find(({ id }) => id === wanted) ?? candidates?.at(-1);
    if (next === undefined) return path;
    path.push(next);
    key = next.id;
  }
}

/** Null where the turn has no siblings, or is not there. */
export function siblingPlace({ turns }: Pick<Conversation, "turns">, turnId: string): SiblingPlace | null {
  const siblings = siblingsOf(turns, turnId);
  return siblings.length < 2 ? null : { index: siblings.findIndex(({ id }) => id === turnId), count: siblings.length };
}

/** Adds a turn after the one that it follows, and shows it. */
export function addTurn(conversation: Conversation, turn: ChatTurn): Conversation {
  const shown = { ...conversation.shown, [below(turn.parentId)]: turn.id };
  return { ...conversation, turns: [...conversation.turns, turn], shown };
}

/** Replaces the turn of this id; nothing happens where there is none. */
export function replaceTurn(conversation: Conversation, turn: ChatTurn): Conversation {
  const index = conversation.turns.findLastIndex(({ id }) => id === turn.id);
  return index === -1 ? conversation : { ...conversation, turns: conversation.turns.with(index, turn) };
}

/** Takes a turn out that nothing follows. */
export function removeLeaf(conversation: Conversation, turnId: string): Conversation {
  if (conversation.turns.some(({ parentId }) => parentId === turnId)) return conversation;
  const shown = Object.fromEntries(Object.entries(conversation.shown).filter(([, id]) => id !== turnId));
  return { ...conversation, turns: conversation.turns.filter(({ id }) => id !== turnId), shown };
}

/** Shows the sibling of a turn that is at this index, and below it what was shown there before. */
export function showSibling(conversation: Conversation, turnId: string, index: number): Conversation {
  const sibling = siblingsOf(conversation.turns, turnId)[index];
  if (sibling === undefined) return conversation;
  return { ...conversation, shown: { ...conversation.shown, [below(sibling.parentId)]: sibling.id } };
}

/** The shown turns as far as this one, as a conversation of its own; undefined where the turn is not shown. */
export function branchAt(
  conversation: Conversation,
  { turnId, id, at }: { readonly turnId: string; readonly id: string; readonly at: Date },
): Conversation | undefined {
  const path = shownPath(conversation);
  const length = path.findIndex((turn) => turn.id === turnId) + 1;
  if (length === 0) return undefined;
  const now = at.toISOString();
  const turns = path.slice(0, length).map(interrupted);
  return { ...conversation, id, createdAt: now, changedAt: now, turns, shown: {} };
}

function siblingsOf(turns: readonly ChatTurn[], turnId: string): ChatTurn[] {
  const turn = turns.find(({ id }) => id === turnId);
  return turn === undefined ? [] : turns.filter(({ parentId }) => parentId === turn.parentId);
}
