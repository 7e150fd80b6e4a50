import { randomUUID } from "node:crypto";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import { Emitter } from "../platform/emitter.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { Attachment } from "./attachments/attachment.ts";
import {
  type Answer,
  type Conversation,
  emptyConversation,
  isOpen,
  keptConversation,
  newAnswer,
  restoreConversation,
  toMessages,
} from "./conversation.ts";
import type { ModelChoice } from "./model-choice.ts";
import { streamAnswer } from "./stream-answer.ts";

export interface ChatSessionOptions {
  /** Connects to the node, starting it if needed. @throws MeshError */
  readonly connect: () => Promise<NodeClient>;
  /** What to ask, given what the conversation has chosen; null when there is nothing. */
  readonly choiceToAsk: (chosen: ModelChoice | null) => ModelChoice | null;
  /** What people call it. */
  readonly nameOf: (choice: ModelChoice) => string;
  readonly instructions: () => string;
  /** How far the workspace lets a question travel; null when it says nothing. */
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  /** What an earlier window kept, and where this one keeps it. */
  readonly memory: { readonly load: () => unknown; readonly save: (conversation: Conversation) => void };
}

/** While an answer is written, the conversation is kept this often, in milliseconds: a closing window asks nobody. */
const saveMs = 1_000;

/**
 * The conversation of this window and the answer that is being written.
 *
 * Invariant: at most one answer is open, and it is the last turn.
 */
export class ChatSession {
  readonly #options: ChatSessionOptions;
  readonly #didChange = new Emitter<void>();
  #conversation: Conversation;
  #abort: AbortController | undefined;
  #saveTimer: NodeJS.Timeout | undefined;

  /** Fires for every piece of text: listeners gather. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#conversation = restoreConversation(options.memory.load());
  }

  get turns(): Conversation["turns"] {
    return this.#conversation.turns;
  }
  /** What the next question goes to. */
  get choice(): ModelChoice | null {
    return this.#options.choiceToAsk(this.#conversation.choice);
  }
  get isAnswering(): boolean {
    return this.#abort !== undefined;
  }

  choose(choice: ModelChoice): void {
    this.#set({ ...this.#conversation, choice });
  }

  clear(): void {
    this.stop();
    this.#set({ ...emptyConversation, choice: this.#conversation.choice });
  }

  /** Ignored while an answer is written: the view offers it not. */
  async send(text: string, attachments: readonly Attachment[] = []): Promise<void> {
    const isBlank = text.trim() === "";
    if (this.isAnswering || isBlank) return;
    this.#set({
      ...this.#conversation,
      turns: [...this.turns, { id: randomUUID(), role: "user", text, attachments: [...attachments] }],
    });
    await this.#answer();
  }

  /** Asks the last question once more; its answer is replaced. */
  async retry(): Promise<void> {
    if (this.isAnswering || this.turns.length === 0) return;
    const turns = this.turns.at(-1)?.role === "assistant" ? this.turns.slice(0, -1) : this.turns;
    this.#set({ ...this.#conversation, turns });
    await this.#answer();
  }

  stop(): void {
    this.#abort?.abort(new MeshError("cancelled", {}));
  }

  /** Keeps what there is; an open answer counts as interrupted in the next window. */
  dispose(): void {
    this.#save();
    this.stop();
  }

  async #answer(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const question = this.turns;
    let { choice } = this;
    const named = (): Pick<Answer, "model" | "modelName"> =>
      choice === null ? { model: "", modelName: "" } : { model: choice.model, modelName: this.#options.nameOf(choice) };
    let answer: Answer = { ...newAnswer(randomUUID()), ...named() };
    let text = "";
    const finish = (part: Partial<Answer>): void => this.#put({ ...answer, text, ...part });
    this.#put(answer);
    try {
      const { connect, workspacePrivacy } = this.#options;
      // A file system on another machine may take its time: whoever stops need not wait for it.
      const ready = Promise.all([connect(), workspacePrivacy()]);
      const [client, privacy] = await Promise.race([ready, rejectedBy(abort.signal)]);
      abort.signal.throwIfAborted();
      // A node that had to be started first tells of its models only now.
      choice ??= this.choice;
      answer = { ...answer, ...named() };
      const result = await streamAnswer(client, {
        choice: choice ?? { model: "" },
        messages: toMessages(question, this.#options.instructions()),
        workspacePrivacy: privacy,
        signal: abort.signal,
        onWaiting: (queuePosition) => {
          if (!abort.signal.aborted) this.#put({ ...answer, queuePosition });
        },
        onText: (piece) => {
          text += piece;
          if (!abort.signal.aborted) this.#put({ ...answer, text, state: "streaming" });
        },
      });
      finish({
        state: "done",
        finishReason: result.finishReason,
        completionTokens: result.usage?.completion_tokens ?? null,
        ...result.timing,
      });
    } catch (error) {
      if (abort.signal.aborted) finish({ state: "stopped" });
      else finish({ state: "failed", error: toWire(error) });
    } finally {
      this.#abort = undefined;
      this.#save();
      this.#didChange.fire();
    }
  }

  /** Replaces the turn of this id, or adds it; a cleared conversation stays cleared. */
  #put(answer: Answer): void {
    const index = this.turns.findIndex((turn) => turn.id === answer.id);
    if (index === -1 && answer.state !== "waiting") return;
    const turns = index === -1 ? [...this.turns, answer] : this.turns.with(index, answer);
    // A new answer is kept at once: if the window closes now, the next one offers to ask again.
    this.#set({ ...this.#conversation, turns }, isOpen(answer) && index !== -1);
  }

  #set(conversation: Conversation, isSavedLater = false): void {
    this.#conversation = conversation;
    if (!isSavedLater) this.#save();
    else this.#saveTimer ??= setTimeout(() => this.#save(), saveMs);
    this.#didChange.fire();
  }

  #save(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    this.#options.memory.save(keptConversation(this.#conversation));
  }
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

function toWire(error: unknown): Answer["error"] {
  return (
    error instanceof MeshError ? error : new MeshError("internal", { reference: String(error).slice(0, 80) })
  ).toWire();
}
