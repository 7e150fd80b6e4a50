import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { ModelChoice } from "../chat/model-choice.ts";
import { askableName } from "../chat/model-entry-words.ts";
import type { AskableModel } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { Emitter, type Event } from "../platform/emitter.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { Translate } from "../platform/translate.ts";
import { readSetting } from "../settings/settings.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { AnswerThreads } from "./answer-threads.ts";
import { type AskModelOptions, askModel } from "./ask-model.ts";
import type { ContextWindow } from "./context-window.ts";
import { splitLines } from "./document-lines.ts";
import { type EditPlace, editPlace, placeWords, targetRange } from "./edit-place.ts";
import { askMessages, editMessages, type PromptSubject } from "./edit-prompt.ts";
import { EditReview } from "./edit-review.ts";
import { assertText, assertWritable, fileNameOf } from "./editable-document.ts";
import { extractCode } from "./extract-code.ts";
import { fitCode } from "./fit-code.ts";
import { type InlineModel, inlineModel, keptInlineChoiceSchema } from "./inline-models.ts";
import { promptHistorySchema, withPrompt } from "./prompt-history.ts";
import { pickPrompt } from "./prompt-picker.ts";
import { rebaseHunks } from "./rebase-hunks.ts";
import { ReviewDesk } from "./review-desk.ts";
import { WritingMark } from "./writing-mark.ts";

export interface InlineChatOptions {
  readonly connect: () => Promise<NodeClient>;
  readonly store: MeshStore;
  readonly t: Translate;
  /** What a choice means now, or else what a new chat would ask. */
  readonly modelToAsk: (chosen: ModelChoice | null) => AskableModel | null;
  /** Shows the list of models; undefined when the person turns away. */
  readonly pickModel: (title: string, chosen: () => AskableModel | null) => Promise<AskableModel | undefined>;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  readonly memory: vscode.Memento;
}

const historyKey = "inlineChat.prompts";
const modelKey = "inlineChat.model";

/** What was asked for; enough to ask again. */
interface EditWish {
  readonly place: EditPlace;
  readonly instruction: string;
  readonly model: InlineModel;
}

/**
 * Chat in an editor: asks a model to change lines, or about them. The document is touched once, when the person accepts.
 *
 * Invariant: at most one edit at a time is being written or reviewed.
 */
export class InlineChat implements vscode.Disposable {
  readonly #options: InlineChatOptions;
  readonly #threads: AnswerThreads;
  readonly #didChange = new Emitter<void>();
  readonly desk: ReviewDesk;
  #writing: { readonly uri: vscode.Uri; readonly abort: AbortController } | undefined;
  #wish: EditWish | undefined;

  /** Fires when writing begins or ends. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: InlineChatOptions) {
    this.#options = options;
    this.#threads = new AnswerThreads(options.t);
    this.desk = new ReviewDesk(options.t);
  }

  /** What a person has chosen for inline chats; null for nothing. */
  get chosen(): ModelChoice | null {
    return keptInlineChoiceSchema.parse(this.#options.memory.get(modelKey) ?? null);
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Asks what to do at the cursor, and does it. @throws MeshError */
  async open(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) throw new MeshError("no_text_editor", {});
    this.assertFree();
    assertText(editor.document);
    const { t, store, memory, modelToAsk, pickModel, connect } = this.#options;
    // Models are known once the node runs; the person types meanwhile, and hears of its troubles with the question.
    connect().catch(() => undefined);
    const asked = (): AskableModel | null => modelToAsk(this.chosen);
    const modelName = (): string | undefined => {
      const model = asked();
      return model === null ? undefined : askableName(model, t);
    };
    const history = promptHistorySchema.parse(memory.get(historyKey) ?? []);
    const place = editPlace(editor);
    const prompt = await pickPrompt({
      t,
      subject: placeWords(place, t),
      history,
      modelName,
      chooseModel: async () => {
        const chosen = await pickModel(t("Model for Inline Chat"), asked);
        if (chosen !== undefined) await memory.update(modelKey, chosen.kept);
      },
      // The mesh changes with every request; a list that is drawn anew loses the person's place in it.
      onDidChangeModel: (listener) => whenChanged(store.onDidChange, () => modelName() ?? "", listener),
    });
    if (prompt === undefined) return;
    await memory.update(
      historyKey,
      withPrompt(history, prompt.text.slice(0, 4_000), readSetting("inferenceMesh.inlineChat.rememberedPrompts")),
    );
    await connect();
    const model = inlineModel(asked(), t);
    if (prompt.mode === "ask") return await this.#ask(place, prompt.text, model);
    await assertWritable(editor.document);
    await this.#edit({ place, instruction: prompt.text, model });
  }

  /** @throws MeshError `edit_in_progress` */
  assertFree(): void {
    const busy = this.#writing?.uri ?? this.desk.uri;
    if (busy !== undefined) throw new MeshError("edit_in_progress", { file: fileNameOf(busy) });
  }

  /** Lets the person decide about a proposal that comes from elsewhere. @throws MeshError */
  async review(place: EditPlace, proposed: string): Promise<void> {
    this.assertFree();
    this.#wish = undefined;
    await this.#propose(place, proposed);
  }

  /** Throws the proposal away and asks for another one, for the same lines wherever they are now. @throws MeshError */
  async retry(): Promise<void> {
    const wish = this.#wish;
    if (this.isWriting) return;
    if (wish === undefined) {
      const words = this.#options.t("This edit is from the chat: retry the answer there.");
      return void vscode.window.showInformationMessage(words);
    }
    await this.desk.reject();
    const { editor, base, target } = wish.place;
    const document = await vscode.workspace.openTextDocument(editor.document.uri);
    // An editor that was hidden comes back as another one; a cell's is shown by its notebook.
    const visible = vscode.window.visibleTextEditors.find((each) => each.document === document);
    const shown = visible ?? (await vscode.window.showTextDocument(document, { preview: false }));
    const lines = { start: target.start, oldLines: splitLines(wish.place.parts.target), newLines: [] };
    const [moved] = rebaseHunks([lines], splitLines(base), splitLines(document.getText())).kept;
    if (moved === undefined) throw new MeshError("document_changed", { file: fileNameOf(document.uri) });
    const place = editPlace(shown, { ...target, start: moved.start, end: moved.start + moved.oldLines.length });
    await this.#edit({ ...wish, place });
  }

  stop(): void {
    this.#writing?.abort.abort(new MeshError("cancelled", {}));
  }

  /** @param thread what the editor hands over with a thread's own button */
  removeAnswer(thread: unknown): void {
    this.#threads.remove(thread);
  }

  dispose(): void {
    this.stop();
    vscode.Disposable.from(this.#threads, this.desk).dispose();
  }

  async #edit(wish: EditWish): Promise<void> {
    const { place, instruction, model } = wish;
    const { t } = this.#options;
    const { uri } = place.editor.document;
    this.#wish = wish;
    const mark = new WritingMark(place.editor, targetRange(place), t);
    try {
      let text = "";
      const { finishReason } = await this.#run(uri, t("Writing {0}", { 0: placeWords(place, t) }), {
        place,
        model,
        messagesFor: (context) => editMessages(subjectOf(place, instruction, context)),
        onText: (piece) => {
          text += piece;
          return t("{0} characters", { 0: text.length });
        },
      });
      const code = fitCode(extractCode(text, finishReason === "length"), place.parts, place.fit);
      await this.#propose(place, place.parts.before + code + place.parts.after);
    } finally {
      mark.dispose();
    }
  }

  async #propose({ base, editor: { document, viewColumn } }: EditPlace, proposed: string): Promise<void> {
    if (proposed === base) throw new MeshError("answer_changes_nothing", {});
    const { uri, languageId } = document;
    await this.desk.open(EditReview.of(base, proposed), { uri, languageId, column: viewColumn });
  }

  async #ask(place: EditPlace, question: string, model: InlineModel): Promise<void> {
    const { t } = this.#options;
    const { uri } = place.editor.document;
    const thread = this.#threads.open(uri, targetRange(place), { question, model: model.name });
    try {
      const { finishReason } = await this.#run(uri, t("Answering a question about {0}", { 0: placeWords(place, t) }), {
        place,
        model,
        messagesFor: (context) => askMessages(subjectOf(place, question, context)),
        onText: (piece) => {
          thread.append(piece);
          return undefined;
        },
      });
      thread.end(finishReason === "length" ? t("The answer was cut at its length limit.") : undefined);
    } catch (error) {
      const isStopped = error instanceof MeshError && error.code === "cancelled";
      thread.end(isStopped ? t("Stopped.") : t("The answer failed."));
      throw error;
    }
  }

  /** Asks with a notification that shows how far it is; it and the mark in the editor can stop it. */
  async #run(uri: vscode.Uri, title: string, question: Question) {
    const { connect, workspacePrivacy, t } = this.#options;
    const abort = new AbortController();
    this.#writing = { uri, abort };
    this.#didChange.fire();
    try {
      return await withProgress(title, async (cancelled, report) => {
        const signal = AbortSignal.any([cancelled, abort.signal]);
        const [client, privacy] = await Promise.all([connect(), workspacePrivacy()]);
        signal.throwIfAborted();
        return await askModel({
          client,
          workspacePrivacy: privacy,
          model: question.model,
          parts: question.place.parts,
          contextLines: readSetting("inferenceMesh.inlineChat.contextLines"),
          messagesFor: question.messagesFor,
          onShortened: (shortened, context) => this.#confirmShortened(question.model, shortened, context),
          onText: (piece) => report(0, question.onText(piece) ?? t("answering")),
          onWaiting: (position) => report(0, t("waiting, place {0}", { 0: position })),
          signal,
        });
      });
    } finally {
      this.#writing = undefined;
      this.#didChange.fire();
    }
  }

  async #confirmShortened(
    model: InlineModel,
    { promptTokens, contextTokens }: Parameters<AskModelOptions["onShortened"]>[0],
    { linesBefore, linesAfter }: ContextWindow,
  ): Promise<void> {
    const { t } = this.#options;
    const values = { 0: plainText(model.name), 1: contextTokens, 2: promptTokens, 3: linesBefore, 4: linesAfter };
    const words = t(
      "{0} reads {1} tokens, and this question has {2} and needs room for its answer. With {3} lines before and {4} after it fits.",
      values,
    );
    const go = t("Ask with Fewer Lines");
    if ((await vscode.window.showWarningMessage(words, { modal: true }, go)) !== go)
      throw new MeshError("cancelled", {});
  }
}

/** Hears of those changes that make a difference. */
function whenChanged(event: Event<void>, look: () => string, listener: () => void): { dispose(): void } {
  let seen = look();
  return event(() => {
    const now = look();
    if (now === seen) return;
    seen = now;
    listener();
  });
}

interface Question {
  readonly place: EditPlace;
  readonly model: InlineModel;
  readonly messagesFor: AskModelOptions["messagesFor"];
  /** @returns what the progress says from now on */
  readonly onText: (piece: string) => string | undefined;
}

function subjectOf(place: EditPlace, instruction: string, context: ContextWindow): PromptSubject {
  const { uri, languageId } = place.editor.document;
  return { fileName: fileNameOf(uri), languageId, target: place.parts.target, context, instruction };
}
