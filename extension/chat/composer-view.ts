import type { ComposerState } from "../../contract/webview/chat-composer.ts";
import type { AskableModel } from "../mesh/askable-models.ts";
import type { Translate } from "../platform/translate.ts";
import type { ChatComposer } from "./attachments/chat-composer.ts";
import type { ChatSession } from "./chat-session.ts";
import { chosenModel } from "./model-entry-words.ts";

export interface ComposerViewOptions {
  readonly composer: Pick<ChatComposer, "state">;
  readonly session: Pick<ChatSession, "conversation">;
  /** What the next question goes to; null while there is nothing. */
  readonly model: () => AskableModel | null;
  /** What holds where the conversation has no instructions of its own. */
  readonly instructions: () => string;
  readonly t: Translate;
}

/**
 * Everything that the view's composer shows. Made anew when something of it may have changed: while an answer is written
 * the view is told of it up to thirty times a second, and pictures are long.
 */
export class ComposerView {
  readonly #options: ComposerViewOptions;
  #shown: { readonly state: ComposerState; readonly of: readonly unknown[] } | undefined;

  constructor(options: ComposerViewOptions) {
    this.#options = options;
  }

  /** The mesh, or what is attached, may be other than before. */
  changed(): void {
    this.#shown = undefined;
  }

  get state(): ComposerState {
    const { composer, session, model, instructions, t } = this.#options;
    const { options, choice } = session.conversation;
    const defaultInstructions = instructions();
    const of = [options, choice, defaultInstructions];
    if (this.#shown?.of.every((part, index) => part === of[index])) return this.#shown.state;
    const asked = model();
    const chosen = asked === null ? null : chosenModel(asked, t);
    const state = { model: chosen, ...composer.state, options, defaultInstructions };
    this.#shown = { state, of };
    return state;
  }
}
