import { randomUUID } from "node:crypto";
import type { ConversationOptions } from "../../contract/webview/chat-composer.ts";
import { Emitter } from "../platform/emitter.ts";
import { AnswerRun, type AnswerRunOptions } from "./answer-run.ts";
import type { Attachment } from "./attachments/attachment.ts";
import { type Continued, goOn, goOnInWords } from "./continue-messages.ts";
import {
  type Answer,
  type ChatTurn,
  type Conversation,
  newAnswer,
  newConversation,
  type Question,
  toMessages,
} from "./conversation.ts";
import {
  addTurn,
  branchAt,
  removeLeaf,
  replaceTurn,
  shownPath,
  showSibling,
} from "./conversations/conversation-tree.ts";
import type { ModelChoice } from "./model-choice.ts";
import { requestFields } from "./request-fields.ts";

export interface ChatSessionOptions extends Pick<AnswerRunOptions, "connect" | "workspacePrivacy" | "nameOf"> {
  /** What to ask, given what the conversation has chosen; null when there is nothing. */
  readonly choiceToAsk: (chosen: ModelChoice | null) => ModelChoice | null;
  /** What to ask so that an answer goes on elsewhere than at this backend; null when there is no other place. */
  readonly otherPlace: (choice: ModelChoice, backend: string) => ModelChoice | null;
  /** Whether what the conversation has chosen is answered by this machine's engine, whatever happens. */
  readonly isOwn: (chosen: ModelChoice | null) => boolean;
  /** What a conversation begins with that has no instructions of its own. */
  readonly instructions: () => string;
  /** Takes a conversation that has changed; `isLast` when the window closes and nobody waits any more. */
  readonly keep: (conversation: Conversation, isLast: boolean) => void;
}

interface Asked extends Pick<Question, "text" | "parentId"> {
  readonly attachments: readonly Attachment[];
  readonly leftOut: readonly string[];
}

/** What goes along of a question's attachments and of what came before it. */
type Kept = Pick<Asked, "attachments" | "leftOut">;

/** How an answer that is not whole can be gone on with. */
export type Continuation = "here" | "elsewhere";

/** While an answer is written, the conversation is kept this often, in milliseconds: a closing window asks nobody. */
const saveMs = 1_000;
/** Keeping takes at most this share of the time: a conversation with large attachments is kept less often. */
const savePerCent = 5;

/**
 * The conversation that a window shows and the answer that is being written.
 *
 * Invariant: at most one answer is open, and it is the last turn that is shown.
 */
export class ChatSession {
  readonly #options: ChatSessionOptions;
  readonly #didChange = new Emitter<void>();
  #conversation = newConversation(randomUUID(), new Date());
  #path: readonly ChatTurn[] = [];
  #run: AnswerRun | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  #saveMs = saveMs;

  /** Fires for every piece of text: listeners gather. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }
  /** Those that are shown, from the first to the last. */
  get turns(): readonly ChatTurn[] {
    return this.#path;
  }
  /** What the next question goes to. */
  get choice(): ModelChoice | null {
    return this.#options.choiceToAsk(this.#conversation.choice);
  }
  /** What the conversation has chosen, as it is kept. */
  get chosen(): ModelChoice | null {
    return this.#conversation.choice;
  }
  get isAnswering(): boolean {
    return this.#run !== undefined;
  }
  /** How the last answer can be gone on with; null when it is whole, empty, or being written. */
  get continuation(): Continuation | null {
    const last = this.#path.at(-1);
    if (this.isAnswering || last?.role !== "assistant" || last.text === "") return null;
    if (last.state === "done" && last.finishReason !== "length") return null;
    return this.#elsewhere(last) === null ? "here" : "elsewhere";
  }

  choose(choice: ModelChoice): void {
    this.#set({ ...this.#conversation, choice });
  }

  setOptions(options: ConversationOptions): void {
    this.#set({ ...this.#conversation, options });
  }

  rename(title: string | null): void {
    this.#set({ ...this.#conversation, title });
  }

  /** Shows another conversation; the one so far is kept, with what there is of its answer. */
  open(conversation: Conversation): void {
    this.#leave();
    this.#set(conversation, "kept");
  }

  /** Begins another conversation with the same model. */
  begin(): void {
    const fresh = newConversation(randomUUID(), new Date());
    this.open({ ...fresh, choice: this.#conversation.choice });
  }

  /**
   * Ignored while an answer is written: the view offers it not.
   *
   * @param leftOut earlier questions that a person has agreed to leave out, with their answers
   */
  async send(text: string, attachments: readonly Attachment[] = [], leftOut: readonly string[] = []): Promise<void> {
    if (this.isAnswering || text.trim() === "") return;
    await this.#ask({ text, attachments, leftOut, parentId: this.#path.at(-1)?.id ?? null });
  }

  /** Asks another question in a question's place, with what is kept of its attachments and of what came before. */
  async editQuestion(turnId: string, text: string, { attachments, leftOut }: Kept): Promise<void> {
    const question = this.#path.find(({ id }) => id === turnId);
    if (this.isAnswering || text.trim() === "" || question?.role !== "user") return;
    await this.#ask({ text, attachments, leftOut, parentId: question.parentId });
  }

  /** Asks the last question once more; an answer that has words stays beside the new one. */
  async retry(): Promise<void> {
    const last = this.#path.at(-1);
    if (this.isAnswering || last === undefined) return;
    if (last.role === "user") return await this.#answer(newAnswer(randomUUID(), last.id));
    if (last.text === "" && last.reasoning === "") this.#set(removeLeaf(this.#conversation, last.id));
    await this.#answer(newAnswer(randomUUID(), last.parentId));
  }

  /**
   * Goes on with the last answer, where it was written or, when that broke off, at another place.
   *
   * @param kept what is asked with of the question's attachments and of what came before; by default what was
   */
  async continue(isElsewhere: boolean, kept?: Kept): Promise<void> {
    const last = this.#path.at(-1);
    if (this.continuation === null || last?.role !== "assistant") return;
    const elsewhere = isElsewhere ? this.#elsewhere(last) : null;
    const asked = this.#path.slice(0, -2);
    const question = this.#path.at(-2);
    if (question?.role !== "user") return;
    const before = toMessages([...asked, askedWith(question, kept ?? question)], this.#instructions);
    const isExact = elsewhere === null && this.#options.isOwn(this.chosen);
    await this.#write(last, {
      ...(isExact ? goOn : goOnInWords)(before, last.text),
      choice: () => elsewhere ?? this.choice,
      notBackends: elsewhere === null ? [] : backendsOf(last).slice(-1),
    });
  }

  /** Ignored while an answer is written, which is always in sight. */
  showSibling(turnId: string, index: number): void {
    if (!this.isAnswering) this.#set(showSibling(this.#conversation, turnId, index));
  }

  /** Begins a conversation with what is shown up to this turn. True when it did. */
  branch(turnId: string): boolean {
    this.#leave();
    const branched = branchAt(this.#conversation, { turnId, id: randomUUID(), at: new Date() });
    if (branched === undefined) return false;
    this.open(branched);
    this.#save();
    return true;
  }

  stop(): void {
    this.#run?.stop();
  }

  /** Keeps what there is; an open answer counts as interrupted in the next window. */
  dispose(): void {
    this.#save(true);
    const run = this.#run;
    this.#run = undefined;
    run?.stop();
  }

  get #instructions(): string {
    return this.#conversation.options.instructions ?? this.#options.instructions();
  }

  /** What to ask instead of the place where this answer failed. */
  #elsewhere(answer: Answer): ModelChoice | null {
    const backend = backendsOf(answer).at(-1);
    const { choice } = this;
    if (answer.state !== "failed" || backend === undefined || choice === null) return null;
    return this.#options.otherPlace(choice, backend);
  }

  async #ask({ attachments, leftOut, ...question }: Asked): Promise<void> {
    const id = randomUUID();
    const copies = { attachments: [...attachments], leftOut: [...leftOut] };
    this.#set(addTurn(this.#touched(), { ...question, ...copies, id, role: "user" }));
    await this.#answer(newAnswer(randomUUID(), id));
  }

  /** Answers the last question that is shown, beside the answers that it has. */
  async #answer(answer: Answer): Promise<void> {
    const length = this.#path.findIndex(({ id }) => id === answer.parentId) + 1;
    await this.#write(answer, {
      messages: toMessages(this.#path.slice(0, length), this.#instructions),
      fields: {},
      repeats: false,
      choice: () => this.choice,
      notBackends: [],
    });
  }

  async #write(answer: Answer, task: Continued & Pick<AnswerRunOptions, "choice" | "notBackends">): Promise<void> {
    const { connect, workspacePrivacy, nameOf } = this.#options;
    const fields = { ...requestFields(this.#conversation.options.parameters), ...task.fields };
    const onChange = (changed: Answer): void => {
      if (this.#run === run) this.#set(replaceTurn(this.#conversation, changed), "soon");
    };
    const run = new AnswerRun({ ...task, answer, fields, connect, workspacePrivacy, nameOf, onChange });
    this.#run = run;
    const isThere = this.#path.some(({ id }) => id === answer.id);
    // A new answer is kept at once: if the window closes now, the next one offers to ask again.
    this.#set((isThere ? replaceTurn : addTurn)(this.#touched(), run.answer));
    await run.run();
    // Whoever has left for another conversation has kept this one already.
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#set(this.#touched());
  }

  /** The open answer ends here, and its conversation is kept: another one is going to be shown. */
  #leave(): void {
    const run = this.#run;
    this.#run = undefined;
    if (run !== undefined) {
      run.stop();
      this.#conversation = replaceTurn(this.#conversation, { ...run.answer, state: "stopped", queuePosition: null });
    }
    if (run !== undefined || this.#saveTimer !== undefined) this.#save();
  }

  #touched(): Conversation {
    return { ...this.#conversation, changedAt: new Date().toISOString() };
  }

  #set(conversation: Conversation, save: "now" | "soon" | "kept" = "now"): void {
    this.#conversation = conversation;
    this.#path = shownPath(conversation);
    if (save === "now") this.#save();
    else if (save === "soon") this.#saveTimer ??= setTimeout(() => this.#save(), this.#saveMs);
    this.#didChange.fire();
  }

  #save(isLast = false): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    if (this.#conversation.turns.length === 0) return;
    const startedAt = performance.now();
    this.#options.keep(this.#conversation, isLast);
    this.#saveMs = Math.max(saveMs, ((performance.now() - startedAt) * 100) / savePerCent);
  }
}

const askedWith = (question: Question, { attachments, leftOut }: Kept): Question => ({
  ...question,
  attachments: [...attachments],
  leftOut: [...leftOut],
});

/** The backends that have written an answer, in their order. */
const backendsOf = ({ routes }: Answer): string[] => routes.flatMap(({ backend }) => backend ?? []);
