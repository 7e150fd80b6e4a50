import { randomUUID } from "node:crypto";
import { Emitter } from "../../platform/emitter.ts";
import type { ChatSession } from "../chat-session.ts";
import type { Conversation } from "../conversation.ts";
import { type ModelChoice, modelChoiceSchema } from "../model-choice.ts";
import type { ConversationList, ConversationStore } from "./conversation-store.ts";
import { fromOldConversation } from "./old-conversation.ts";

/** What the editor remembers for a workspace. */
export interface WorkspaceMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

export interface ConversationDeskOptions {
  readonly store: ConversationStore;
  readonly memory: WorkspaceMemory;
  /** The session of the window, which hands each change to `keep`. */
  readonly session: (keep: (conversation: Conversation, isLast: boolean) => void) => ChatSession;
  /** A conversation could not be written. Told once until it works again. */
  readonly onProblem: (error: unknown) => void;
}

/** What was chosen last, for the conversations that begin after it. */
const choiceKey = "chatModel";
/** Where earlier versions kept the one conversation that they had. */
const oldKey = "conversation";

/** The conversations of a workspace and the one of them that the window shows. */
export class ConversationDesk {
  readonly session: ChatSession;
  readonly #store: ConversationStore;
  readonly #memory: WorkspaceMemory;
  readonly #onProblem: (error: unknown) => void;
  readonly #didChangeList = new Emitter<void>();
  /** Undefined until it is known. */
  #remembered: string | null | undefined;
  #choice: ModelChoice | undefined;
  #hasProblem = false;

  /** A conversation was renamed, deleted, or put back. */
  readonly onDidChangeList = this.#didChangeList.event;

  constructor({ store, memory, session, onProblem }: ConversationDeskOptions) {
    this.#store = store;
    this.#memory = memory;
    this.#onProblem = onProblem;
    this.session = session((conversation, isLast) => this.#keep(conversation, isLast));
    this.session.onDidChange(() => this.#rememberChoice());
  }

  /** Shows what was open last, unless the person has begun to ask already. */
  async restore(): Promise<void> {
    const old = fromOldConversation(this.#memory.get(oldKey), { id: randomUUID(), at: new Date() });
    if (old !== undefined) {
      await this.#store.save(old);
      await this.#memory.update(oldKey, undefined);
    }
    const id = await this.#store.lastOpen();
    const last = old ?? (id === null ? undefined : await this.#store.read(id));
    if (this.session.turns.length > 0) return;
    if (last !== undefined) return this.#show(last);
    const choice = modelChoiceSchema.safeParse(this.#memory.get(choiceKey)).data;
    if (choice !== undefined && this.session.conversation.choice === null) this.session.choose(choice);
  }

  async list(): Promise<ConversationList> {
    return await this.#store.list();
  }

  /** The conversation of this id as it is now; undefined when it is gone. @throws MeshError */
  async read(id: string): Promise<Conversation | undefined> {
    return this.session.conversation.id === id ? this.session.conversation : await this.#store.read(id);
  }

  /** False when it is gone. @throws MeshError */
  async open(id: string): Promise<boolean> {
    if (this.session.conversation.id === id) return true;
    const conversation = await this.#store.read(id);
    if (conversation !== undefined) this.#show(conversation);
    return conversation !== undefined;
  }

  /** Begins another one; the one so far is kept. */
  begin(): void {
    this.session.begin();
    this.#remember(null);
  }

  /** @throws MeshError */
  async rename(id: string, title: string | null): Promise<void> {
    const conversation = await this.read(id);
    if (conversation === undefined) return;
    if (this.session.conversation.id === id) this.session.rename(title);
    await this.#store.save({ ...conversation, title });
    this.#didChangeList.fire();
  }

  /** What was removed, so that it can be put back with `putBack`; undefined when it was gone. @throws MeshError */
  async remove(id: string): Promise<{ conversation: Conversation; wasShown: boolean } | undefined> {
    const wasShown = this.session.conversation.id === id;
    if (wasShown) this.begin();
    const conversation = await this.#store.read(id);
    await this.#store.remove(id);
    this.#didChangeList.fire();
    return conversation === undefined ? undefined : { conversation, wasShown };
  }

  /** @throws MeshError */
  async putBack({ conversation, wasShown }: { conversation: Conversation; wasShown: boolean }): Promise<void> {
    await this.#store.save(conversation);
    this.#didChangeList.fire();
    if (wasShown && this.session.turns.length === 0) this.#show(conversation);
  }

  /** @throws MeshError */
  async removeAll(): Promise<void> {
    this.begin();
    await this.#store.removeAll();
    this.#remembered = undefined;
    this.#didChangeList.fire();
  }

  #show(conversation: Conversation): void {
    this.session.open(conversation);
    this.#remember(conversation.id);
  }

  #keep(conversation: Conversation, isLast: boolean): void {
    this.#remember(conversation.id);
    if (isLast) {
      try {
        this.#store.saveNow(conversation);
      } catch {
        // The window closes: nobody can be told any more.
      }
      return;
    }
    this.#store.save(conversation).then(
      () => {
        this.#hasProblem = false;
      },
      (error: unknown) => {
        if (!this.#hasProblem) this.#onProblem(error);
        this.#hasProblem = true;
      },
    );
  }

  #rememberChoice(): void {
    const { choice } = this.session.conversation;
    if (choice === null || choice === this.#choice) return;
    this.#choice = choice;
    void this.#memory.update(choiceKey, choice);
  }

  #remember(id: string | null): void {
    if (id === this.#remembered) return;
    this.#remembered = id;
    try {
      this.#store.rememberOpen(id);
    } catch {
      // Where this cannot be written, conversations cannot either, and that is told.
    }
  }
}
