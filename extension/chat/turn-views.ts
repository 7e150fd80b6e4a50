import type { Turn } from "../../contract/webview/chat-turns.ts";
import type { Translate } from "../platform/translate.ts";
import type { ChatSession } from "./chat-session.ts";
import type { ChatTurn } from "./conversation.ts";
import { siblingPlace } from "./conversations/conversation-tree.ts";
import { type TurnContext, viewTurn } from "./view-turn.ts";

/** The turns of a session as the view shows them. One that has not changed is the same object as before. */
export class TurnViews {
  readonly #t: Translate;
  readonly #known = new WeakMap<ChatTurn, { readonly context: TurnContext; readonly view: Turn }>();

  constructor(t: Translate) {
    this.#t = t;
  }

  of({ turns, conversation, continuation }: Pick<ChatSession, "turns" | "conversation" | "continuation">): Turn[] {
    const last = turns.at(-1);
    return turns.map((turn) => {
      const context = {
        siblings: siblingPlace(conversation, turn.id),
        continuation: turn === last ? continuation : null,
      };
      const known = this.#known.get(turn);
      if (known !== undefined && isSame(known.context, context)) return known.view;
      const view = viewTurn(turn, context, this.#t);
      this.#known.set(turn, { context, view });
      return view;
    });
  }
}

const isSame = (a: TurnContext, b: TurnContext): boolean =>
  a.continuation === b.continuation &&
  a.siblings?.index === b.siblings?.index &&
  a.siblings?.count === b.siblings?.count;
