import type { Answer, Question } from "../conversation.ts";
import type { ComposedSession } from "./chat-composer.ts";
import { exchangesOf } from "./exchanges.ts";
import { type FitQuestionOptions, type FittedQuestion, fitQuestion } from "./fit-question.ts";

/** What asking again needs of the conversation. */
export interface AskedSession extends Pick<ComposedSession, "conversation" | "turns" | "isAnswering"> {
  retry(): Promise<void>;
  continue(isElsewhere: boolean, kept: FittedQuestion): Promise<void>;
  editQuestion(turnId: string, text: string, kept: FittedQuestion): Promise<void>;
}

export interface AskAgainOptions extends FitQuestionOptions {
  readonly session: AskedSession;
}

/**
 * Asks a question of the conversation once more. Another model, other instructions or other words may leave less room
 * than before, so nothing is left out here either before a person has agreed.
 */
export class AskAgain {
  readonly #options: AskAgainOptions;

  constructor(options: AskAgainOptions) {
    this.#options = options;
  }

  /**
   * Asks the last question again with what went with it. What leaves out more is a question of its own beside it: the
   * answers so far were given to the whole.
   */
  async retry(): Promise<void> {
    const { session } = this.#options;
    const last = session.turns.at(-1);
    const question = session.turns.findLast((turn) => turn.role === "user");
    if (session.isAnswering || last === undefined || question?.role !== "user") return;
    const fitted = await this.#fitAsBefore(question);
    // Meanwhile the person may have gone to another conversation.
    if (fitted === undefined || session.turns.at(-1)?.id !== last.id) return;
    const { id, text, attachments, leftOut } = question;
    const isWhole = isSame(fitted.leftOut, leftOut) && isSame(fitted.attachments, attachments);
    await (isWhole ? session.retry() : session.editQuestion(id, text, fitted));
  }

  /** Goes on with the last answer. What leaves out more does so for this part of it alone. */
  async continue(isElsewhere: boolean): Promise<void> {
    const { session } = this.#options;
    const answer = session.turns.at(-1);
    const question = session.turns.findLast((turn) => turn.role === "user");
    if (session.isAnswering || answer?.role !== "assistant" || question?.role !== "user") return;
    const fitted = await this.#fitAsBefore(question, answer);
    if (fitted === undefined || session.turns.at(-1)?.id !== answer.id) return;
    await session.continue(isElsewhere, fitted);
  }

  /** Asks other words in a question's place. False when nothing was sent: the person keeps their words. */
  async editQuestion(turnId: string, text: string): Promise<boolean> {
    const { session } = this.#options;
    const question = session.turns.find(({ id }) => id === turnId);
    if (session.isAnswering || text.trim() === "" || question?.role !== "user") return false;
    const { attachments, leftOut } = question;
    const asked = { text, attachments, exchanges: this.#before(question), agreed: leftOut };
    const fitted = await fitQuestion(asked, this.#options);
    if (fitted === undefined) return false;
    await session.editQuestion(turnId, text, fitted);
    return true;
  }

  /** A question with what went with it, and behind it what there is of its answer. */
  async #fitAsBefore(question: Question, answer?: Answer): Promise<FittedQuestion | undefined> {
    const { text, attachments, leftOut } = question;
    const exchanges = this.#before(question).filter(({ id }) => !leftOut.includes(id));
    const begun = answer === undefined ? [] : [{ role: "assistant" as const, content: answer.text }];
    const fitted = await fitQuestion({ text, attachments, exchanges, begun, agreed: [] }, this.#options);
    return fitted && { ...fitted, leftOut: [...leftOut, ...fitted.leftOut] };
  }

  #before(question: Question) {
    const { turns } = this.#options.session;
    return exchangesOf(turns.slice(0, turns.indexOf(question)));
  }
}

const isSame = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((each, index) => each === others[index]);
