import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type ContextWindow, contextWindow } from "./context-window.ts";
import type { PromptMessage } from "./edit-prompt.ts";
import type { TargetParts } from "./edit-target.ts";

export interface FitContextOptions {
  readonly parts: TargetParts;
  readonly model: string;
  readonly messagesFor: (context: ContextWindow) => PromptMessage[];
  /** Tokens of the messages, as the model would get them; null when nobody can count them for this model. */
  readonly count: (messages: readonly PromptMessage[]) => Promise<number | null>;
  /** Tokens of one conversation of the model; null when it does not say. */
  readonly contextTokens: () => Promise<number | null>;
  /** Tokens that the answer may need. */
  readonly answerTokens: number;
  /** Lines of each side that are shown where they fit. */
  readonly widest: number;
}

/** A prompt that leaves room for its answer. */
export interface FittedContext {
  readonly messages: PromptMessage[];
  readonly context: ContextWindow;
  /** Counts of the whole context, when less of it than that had to be taken; null when nothing was left out. */
  readonly shortened: { readonly promptTokens: number; readonly contextTokens: number } | null;
}

/**
 * The widest surroundings that fit, in halves: each count is a question to the model. The target is never cut.
 *
 * @throws MeshError `context_length_exceeded` when not even the target alone leaves room for an answer
 */
export async function fitContext(options: FitContextOptions): Promise<FittedContext> {
  let shortened: FittedContext["shortened"] = null;
  for (let lines = options.widest; ; lines = Math.floor(lines / 2)) {
    const context = contextWindow(options.parts, lines);
    const messages = options.messagesFor(context);
    const promptTokens = await options.count(messages);
    const contextTokens = promptTokens === null ? null : await options.contextTokens();
    if (promptTokens === null || contextTokens === null) return { messages, context, shortened };
    if (promptTokens + options.answerTokens <= contextTokens) return { messages, context, shortened };
    shortened ??= { promptTokens, contextTokens };
    if (lines === 0) {
      throw new MeshError("context_length_exceeded", { model: options.model, promptTokens, contextTokens });
    }
  }
}
