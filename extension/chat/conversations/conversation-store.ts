import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { fileProblem, writePrivateFile, writePrivateFileNow } from "../../platform/private-file.ts";
import type { Conversation } from "../conversation.ts";
import { conversationText, readConversation } from "./conversation-file.ts";
import { type ConversationSummary, newestFirst, summarise } from "./conversation-summary.ts";
import { OpenPointer } from "./open-pointer.ts";

export interface ConversationStoreOptions {
  /** Of this workspace; made when the first conversation is kept. */
  readonly folder: string;
  /** Whether conversations go to the disk; those that do not are kept until the window closes. */
  readonly isKept: () => boolean;
}

export interface ConversationList {
  /** The newest first. */
  readonly summaries: readonly ConversationSummary[];
  /** How many were written by a newer version: they are left as they are. */
  readonly newerCount: number;
}

/** A conversation that is on its way to the disk. */
interface Writing {
  newest: string;
  /** Whether `newest` is still to be begun with. */
  isDue: boolean;
  readonly done: Promise<void>;
}

const fileName = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$/;
/** What belongs to conversations in their folder, whatever became of it. */
const anyOfOurs = /^(?:[0-9a-f-]{36}|open)\.json(?:\..+)?$/;

/**
 * The conversations of a workspace, a file each. Windows of the same folder share it: whoever writes a conversation
 * replaces its file as a whole, so that the last one counts and two are never mixed.
 */
export class ConversationStore {
  readonly #options: ConversationStoreOptions;
  readonly #pointer: OpenPointer;
  readonly #unkept = new Map<string, Conversation>();
  readonly #writing = new Map<string, Writing>();
  /** Summaries by file name, as long as the file is the same. */
  readonly #known = new Map<string, { readonly stamp: string; readonly summary: ConversationSummary }>();

  constructor(options: ConversationStoreOptions) {
    this.#options = options;
    this.#pointer = new OpenPointer(join(options.folder, "open.json"));
  }

  /** The conversation that was open last; null when it was a new one. */
  async lastOpen(): Promise<string | null> {
    return await this.#pointer.read();
  }

  /** @throws MeshError `folder_unwritable` */
  rememberOpen(id: string | null): void {
    if (this.#options.isKept()) this.#pointer.write(id);
  }

  /** Resolves when this content, or a newer one, is on the disk. @throws MeshError `folder_unwritable` */
  async save(conversation: Conversation): Promise<void> {
    const { id } = conversation;
    if (!this.#options.isKept()) return void this.#unkept.set(id, conversation);
    this.#unkept.delete(id);
    const text = conversationText(conversation);
    const writing = this.#writing.get(id);
    if (writing === undefined) {
      const started = Promise.withResolvers<void>();
      this.#writing.set(id, { newest: text, isDue: true, done: started.promise });
      started.resolve(this.#write(id));
      return await started.promise;
    }
    writing.newest = text;
    writing.isDue = true;
    await writing.done;
  }

  /**
   * The same for a window that closes: when this returns it is on the disk, and so is all that was on its way there.
   *
   * @throws MeshError `folder_unwritable`
   */
  saveNow(conversation: Conversation): void {
    if (!this.#options.isKept()) return;
    const texts = new Map([...this.#writing].map(([id, { newest }]) => [id, newest]));
    for (const writing of this.#writing.values()) writing.isDue = false;
    texts.set(conversation.id, conversationText(conversation));
    for (const [id, text] of texts) writePrivateFileNow(this.#path(id), text);
  }

  /** Undefined when it is not there, or damaged: then it has been moved aside. @throws MeshError */
  async read(id: string): Promise<Conversation | undefined> {
    const unkept = this.#unkept.get(id);
    if (unkept !== undefined) return unkept;
    const path = this.#path(id);
    let text: string;
    try {
      await this.#writing.get(id)?.done;
      text = await readFile(path, "utf8");
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause instanceof MeshError ? cause : fileProblem(path, cause);
    }
    const conversation = readConversation(text, { id, path });
    if (conversation === undefined) await rename(path, `${path}.${Date.now()}.damaged`).catch(() => undefined);
    return conversation;
  }

  /** @throws MeshError `folder_unwritable` when the folder cannot be read */
  async list(): Promise<ConversationList> {
    const summaries: ConversationSummary[] = [...this.#unkept.values()].map(summarise);
    let newerCount = 0;
    for (const name of await this.#names()) {
      const id = fileName.exec(name)?.[1];
      if (id === undefined || this.#unkept.has(id)) continue;
      try {
        const summary = await this.#summary(id, name);
        if (summary !== undefined) summaries.push(summary);
      } catch (error) {
        // One that cannot be read must not hide the others.
        if (error instanceof MeshError && error.code === "state_too_new") newerCount++;
      }
    }
    return { summaries: summaries.toSorted(newestFirst), newerCount };
  }

  /** @throws MeshError `folder_unwritable` */
  async remove(id: string): Promise<void> {
    this.#unkept.delete(id);
    await this.#delete(`${id}.json`);
  }

  /** All of them, also damaged ones and those of newer versions. @throws MeshError `folder_unwritable` */
  async removeAll(): Promise<void> {
    this.#unkept.clear();
    for (const name of await this.#names()) if (anyOfOurs.test(name)) await this.#delete(name);
  }

  async #write(id: string): Promise<void> {
    try {
      for (;;) {
        const writing = this.#writing.get(id);
        if (writing === undefined || !writing.isDue) return;
        writing.isDue = false;
        await writePrivateFile(this.#path(id), writing.newest);
      }
    } finally {
      this.#writing.delete(id);
    }
  }

  async #summary(id: string, name: string): Promise<ConversationSummary | undefined> {
    const { mtimeMs, size } = await stat(join(this.#options.folder, name));
    const stamp = `${mtimeMs}-${size}`;
    const known = this.#known.get(name);
    if (known?.stamp === stamp) return known.summary;
    const conversation = await this.read(id);
    if (conversation === undefined) return undefined;
    const summary = summarise(conversation);
    this.#known.set(name, { stamp, summary });
    return summary;
  }

  async #delete(name: string): Promise<void> {
    const path = join(this.#options.folder, name);
    // A write that is on its way would bring it back.
    await this.#writing.get(name.slice(0, 36))?.done.catch(() => undefined);
    this.#known.delete(name);
    try {
      await rm(path, { force: true });
    } catch (cause) {
      throw fileProblem(path, cause);
    }
  }

  async #names(): Promise<string[]> {
    const { folder } = this.#options;
    try {
      return await readdir(folder);
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw fileProblem(join(folder, "."), cause);
    }
  }

  #path(id: string): string {
    return join(this.#options.folder, `${id}.json`);
  }
}

const isMissing = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === "ENOENT";
