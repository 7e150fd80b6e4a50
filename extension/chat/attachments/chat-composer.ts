import type { ComposerState } from "../../../contract/webview/chat-composer.ts";
import type { Clock } from "../../platform/clock.ts";
import { Emitter, type Event } from "../../platform/emitter.ts";
import type { Translate } from "../../platform/translate.ts";
import type { ChatTurn, Conversation } from "../conversation.ts";
import type { AskedPlace } from "./asked-place.ts";
import type { Attachment } from "./attachment.ts";
import { attachmentChip } from "./attachment-chip.ts";
import type { AttachmentDraft } from "./attachment-draft.ts";
import { ContextMeter } from "./count-context.ts";
import { type CutWords, cutWords } from "./cut-words.ts";
import { exchangesOf } from "./exchanges.ts";
import { answerRoom, judgePrompt } from "./judge-prompt.ts";
import type { PromptParts } from "./prompt-parts.ts";
import type { TokenCounts } from "./token-counts.ts";

/** What the composer needs of the conversation. */
export interface ComposedSession {
  readonly conversation: Pick<Conversation, "options">;
  /** Those that are shown, from the first to the last. */
  readonly turns: readonly ChatTurn[];
  readonly isAnswering: boolean;
  readonly onDidChange: Event<void>;
  send(text: string, attachments: readonly Attachment[], leftOut: readonly string[]): Promise<void>;
}

/** What the composer asks of a person; tests play them. */
export interface ComposerPrompts {
  /** Says what would be left out. Undefined: nothing is sent. */
  confirmCut(words: CutWords, canSend: boolean): Promise<"send" | "chooseModel" | undefined>;
  /** Shows that it is being counted, where that takes its time. Undefined when the person would rather not wait. */
  counting<T>(count: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** True when another model was chosen. */
  chooseModel(): Promise<boolean>;
}

export interface ChatComposerOptions {
  readonly session: ComposedSession;
  readonly draft: AttachmentDraft;
  readonly counts: Pick<TokenCounts, "count">;
  /** Whom the next question goes to; null while nobody knows. */
  readonly place: () => AskedPlace | null;
  /** Fires when that may be another one. */
  readonly onDidChangeMesh: Event<void>;
  /** What holds where the conversation has no instructions of its own. */
  readonly instructions: () => string;
  readonly prompts: ComposerPrompts;
  readonly clock: Clock;
  readonly t: Translate;
}

/** The least that a tokenizer makes of a byte is a token, and estimates take three bytes for one. */
const worstEstimate = 3;

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
    const { session, draft, prompts } = this.#options;
    if (session.isAnswering || text.trim() === "") return false;
    for (;;) {
      const judged = await this.#judge(text);
      if (judged === undefined) return false;
      const { words, kept, leftOut } = judged;
      const choice = words === undefined ? "send" : await prompts.confirmCut(words, kept !== null);
      if (choice === "chooseModel") {
        if (await prompts.chooseModel()) continue;
        return false;
      }
      if (choice === undefined || kept === null) return false;
      draft.take();
      this.#words = "";
      await session.send(text, kept.attachments, leftOut);
      return true;
    }
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
    return { place, parts: this.#parts(this.#words), answerTokens: this.#answerTokens(place) };
  }

  #parts(question: string): PromptParts {
    const { session, draft } = this.#options;
    const instructions = session.conversation.options.instructions ?? this.#options.instructions();
    return {
      instructions: instructions.trim() === "" ? [] : [{ role: "system", content: instructions }],
      exchanges: exchangesOf(session.turns),
      question,
      attachments: draft.attachments,
    };
  }

  #answerTokens({ contextTokens }: AskedPlace): number {
    return answerRoom(contextTokens, this.#options.session.conversation.options.parameters.maxTokens);
  }

  /** What of the question can be sent, and what to say before; undefined when the person would not wait for it. */
  async #judge(text: string): Promise<Judged | undefined> {
    const { place: placeNow, t } = this.#options;
    const place = placeNow();
    const whole = this.#parts(text);
    if (place === null) return { words: undefined, kept: whole, leftOut: [] };
    const unseen = place.seesImages ? [] : whole.attachments.filter(({ image }) => image !== null);
    const parts = { ...whole, attachments: whole.attachments.filter((attachment) => !unseen.includes(attachment)) };
    const judgement = await this.#count(parts, place);
    if (judgement === undefined) return undefined;
    const { plan, count } = judgement;
    const leftOut = plan?.leftOut.map(({ id }) => id) ?? [];
    const kept = plan === null ? parts : plan.kept;
    const isAgreed = plan !== null && plan.kept !== null && plan.shortened.length === 0 && this.#agreed(leftOut);
    const words = cutWords(isAgreed ? null : plan, {
      t,
      model: place.label,
      contextTokens: place.contextTokens,
      answerTokens: this.#answerTokens(place),
      isExact: count.isExact,
      unseen,
    });
    return { words, kept, leftOut };
  }

  /** What was left out with the person's word for the last question needs none for the next. */
  #agreed(leftOut: readonly string[]): boolean {
    const last = this.#options.session.turns.findLast((turn) => turn.role === "user");
    return last?.role === "user" && leftOut.every((id) => last.leftOut.includes(id));
  }

  /** By the estimate where that is enough; otherwise as exactly as its place can. */
  async #count(parts: PromptParts, place: AskedPlace) {
    const { counts, prompts } = this.#options;
    const answerTokens = this.#answerTokens(place);
    const judge = (isSent: boolean, signal: AbortSignal) =>
      judgePrompt(parts, { place, answerTokens, counts, isSent, signal });
    if (!place.countsHere) {
      const guess = await judge(false, new AbortController().signal);
      const worst = guess.count.tokens * worstEstimate + answerTokens;
      if (place.contextTokens === null || worst <= place.contextTokens) return guess;
    }
    return await prompts.counting((signal) => judge(true, signal));
  }
}

interface Judged {
  readonly words: CutWords | undefined;
  /** Null when not even the question alone fits. */
  readonly kept: PromptParts | null;
  /** Questions whose exchange is not sent. */
  readonly leftOut: readonly string[];
}
