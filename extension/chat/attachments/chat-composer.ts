import type { ComposerState } from "../../../contract/webview/chat-composer.ts";
import type { Clock } from "../../platform/clock.ts";
import { Emitter, type Event } from "../../platform/emitter.ts";
import type { ChatTurn, Conversation } from "../conversation.ts";
import type { AskedPlace } from "./asked-place.ts";
import type { Attachment } from "./attachment.ts";
import { attachmentChip } from "./attachment-chip.ts";
import type { AttachmentDraft } from "./attachment-draft.ts";
import { ContextMeter } from "./count-context.ts";
import { exchangesOf } from "./exchanges.ts";
import { answerTokensAt, type FitQuestionOptions, fitQuestion, systemPrompt } from "./fit-question.ts";
import type { PromptParts } from "./prompt-parts.ts";

/** What the composer needs of the conversation. */
export interface ComposedSession {
  readonly conversation: Pick<Conversation, "options">;
  /** Those that are shown, from the first to the last. */
  readonly turns: readonly ChatTurn[];
  readonly isAnswering: boolean;
  readonly onDidChange: Event<void>;
  send(text: string, attachments: readonly Attachment[], leftOut: readonly string[]): Promise<void>;
}

export interface ChatComposerOptions extends FitQuestionOptions {
  readonly session: ComposedSession;
  readonly draft: AttachmentDraft;
  /** Fires when the next question may go to another place. */
  readonly onDidChangeMesh: Event<void>;
  readonly clock: Clock;
}

/** What is about to be asked: attachments, their length, and nothing left out before a person has agreed. */
export class ChatComposer {
  readonly #options: ChatComposerOptions;
  readonly #meter: ContextMeter;
  readonly #didChange = new Emitter<void>();
  readonly #changes: { dispose(): void }[];
  #words = "";
  /** What the last count was of. */
  #counted: readonly unknown[] = [];

  readonly onDidChange = this.#didChange.event;

  constructor(options: ChatComposerOptions) {
    this.#options = options;
    const { counts, clock, t, draft, session } = options;
    this.#meter = new ContextMeter({ counts, clock, t, read: () => this.#read() });
    this.#changes = [
      this.#meter.onDidChange(() => this.#didChange.fire()),
      draft.onDidChange(() => {
        this.update();
        this.#didChange.fire();
      }),
      session.onDidChange(() => {
        if (!session.isAnswering) this.update();
      }),
      options.onDidChangeMesh(() => this.update()),
    ];
  }

  /** What the view shows of it. */
  get state(): Pick<ComposerState, "attachments" | "context"> {
    const { draft, place, t } = this.#options;
    const seesImages = place()?.seesImages ?? true;
    return {
      attachments: draft.attachments.map((attachment) =>
        attachmentChip(attachment, { t, seesImages, count: this.#meter.countOf(attachment.id) }),
      ),
      context: this.#meter.use,
    };
  }

  /** Who is asked, or what there is to send, may have changed: it is counted again soon. */
  update(): void {
    this.#meter.update();
  }

  /** What is being written. */
  write(words: string): void {
    this.#words = words;
    this.update();
  }

  /** @throws MeshError `attachments_too_many` */
  attach(attachments: readonly Attachment[]): void {
    for (const attachment of attachments) this.#options.draft.add(attachment);
  }

  detach(id: string): void {
    this.#options.draft.remove(id);
  }

  /** Sends the question with what is attached. False when nothing was sent: the person keeps their words. */
  async send(text: string): Promise<boolean> {
    const { session, draft } = this.#options;
    if (session.isAnswering || text.trim() === "") return false;
    const last = session.turns.findLast((turn) => turn.role === "user");
    const fitted = await fitQuestion(
      {
        text,
        attachments: draft.attachments,
        exchanges: exchangesOf(session.turns),
        // What was left out with the person's word for the last question needs none for the next.
        agreed: last?.role === "user" ? last.leftOut : [],
      },
      this.#options,
    );
    if (fitted === undefined) return false;
    draft.take();
    this.#words = "";
    await session.send(text, fitted.attachments, fitted.leftOut);
    return true;
  }

  dispose(): void {
    for (const change of this.#changes) change.dispose();
    this.#meter.dispose();
  }

  /** Null as well where nothing has changed: the mesh tells of every request that it answers. */
  #read(): { place: AskedPlace; parts: PromptParts; answerTokens: number } | null {
    const { session, draft, instructions } = this.#options;
    const place = this.#options.place();
    if (place === null || session.isAnswering) return null;
    const { options } = session.conversation;
    const now = [JSON.stringify(place), session.turns, draft.attachments, this.#words, options, instructions()];
    const isSame = now.every((part, index) => part === this.#counted[index]);
    // Who could have counted and did not may be able to now.
    const isFinal = this.#meter.isCounting || this.#meter.use?.isExact === true || !place.countsHere;
    if (isSame && isFinal) return null;
    this.#counted = now;
    return { place, parts: this.#parts(), answerTokens: answerTokensAt(place, this.#options) };
  }

  #parts(): PromptParts {
    const { session, draft } = this.#options;
    return {
      instructions: systemPrompt(this.#options),
      exchanges: exchangesOf(session.turns),
      question: this.#words,
      attachments: draft.attachments,
    };
  }
}
