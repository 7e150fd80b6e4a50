import * as z from "zod";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { Emitter } from "../../platform/emitter.ts";
import { type Attachment, attachmentSchema } from "./attachment.ts";

export interface AttachmentDraftOptions {
  /** What an earlier window kept, and where this one keeps it. */
  readonly memory: { readonly load: () => unknown; readonly save: (attachments: readonly Attachment[]) => void };
}

/** As many as a person can still look through. */
export const maxAttachments = 32;

/** What will go with the next question. */
export class AttachmentDraft {
  readonly #memory: AttachmentDraftOptions["memory"];
  readonly #didChange = new Emitter<void>();
  #attachments: readonly Attachment[];

  readonly onDidChange = this.#didChange.event;

  constructor({ memory }: AttachmentDraftOptions) {
    this.#memory = memory;
    this.#attachments = z.array(attachmentSchema).max(maxAttachments).safeParse(memory.load()).data ?? [];
  }

  get attachments(): readonly Attachment[] {
    return this.#attachments;
  }

  /** What is from the same place takes the place of what was taken there before. @throws MeshError `attachments_too_many` */
  add(attachment: Attachment): void {
    const isSame = ({ kind, detail }: Attachment): boolean => kind === attachment.kind && detail === attachment.detail;
    const others = this.#attachments.filter((each) => !isSame(each));
    if (others.length >= maxAttachments) throw new MeshError("attachments_too_many", { limit: maxAttachments });
    this.#set([...others, attachment]);
  }

  remove(id: string): void {
    this.#set(this.#attachments.filter((each) => each.id !== id));
  }

  /** Takes all of them out: they go with a question. */
  take(): readonly Attachment[] {
    const taken = this.#attachments;
    if (taken.length > 0) this.#set([]);
    return taken;
  }

  #set(attachments: readonly Attachment[]): void {
    this.#attachments = attachments;
    this.#memory.save(attachments);
    this.#didChange.fire();
  }
}
