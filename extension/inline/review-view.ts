import * as vscode from "vscode";
import type { CommandName } from "../commands/declarations.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Translate } from "../platform/translate.ts";
import { readSetting } from "../settings/settings.ts";
import type { EditReview } from "./edit-review.ts";
import { fileNameOf } from "./editable-document.ts";
import { lensTitle } from "./lens-title.ts";
import { changedLines } from "./line-diff.ts";
import { ReviewMarks } from "./review-marks.ts";
import { type ReviewSheet, reviewSheet } from "./review-sheet.ts";

/** The scheme of what is shown for review. */
export const reviewScheme = "inference-mesh-edit";
/** More changed lines than this are looked at side by side. */
const maxSheetLines = 30;

/** As the person wishes; else large edits are. */
function isSideBySide({ hunks }: EditReview): boolean {
  const wish = readSetting("inferenceMesh.inlineChat.review");
  return wish === "auto" ? changedLines(hunks) > maxSheetLines : wish === "sideBySide";
}

export interface ReviewSubject {
  readonly uri: vscode.Uri;
  readonly languageId: string;
  readonly column: vscode.ViewColumn | undefined;
}

/**
 * Shows a proposed edit: small ones as the document with removed and added lines in it, large ones as a diff. What is shown
 * is read-only and beside the document, because the editor makes no room for lines that a document does not have.
 */
export class ReviewView implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  readonly #t: Translate;
  readonly #didChange = new vscode.EventEmitter<vscode.Uri>();
  readonly #didChangeLenses = new vscode.EventEmitter<void>();
  readonly #didClose = new Emitter<void>();
  readonly #marks: ReviewMarks;
  readonly #parts: vscode.Disposable[];
  #review: EditReview | undefined;
  #sheet: ReviewSheet | undefined;
  #subject: ReviewSubject | undefined;
  #count = 0;
  /** Resolves when the editor has put up what it was last told to show. */
  #shown: Promise<void> = Promise.resolve();

  readonly onDidChange = this.#didChange.event;
  readonly onDidChangeCodeLenses = this.#didChangeLenses.event;
  /** The person has closed it without a decision. */
  readonly onDidClose = this.#didClose.event;

  constructor(t: Translate) {
    this.#t = t;
    this.#marks = new ReviewMarks(() => this.#draw());
    const { workspace, window, languages } = vscode;
    this.#parts = [
      workspace.registerTextDocumentContentProvider(reviewScheme, this),
      languages.registerCodeLensProvider({ scheme: reviewScheme }, this),
      window.onDidChangeVisibleTextEditors(() => this.#draw()),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme === reviewScheme) this.#draw();
      }),
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (this.#review !== undefined && closed.some(isReviewTab) && reviewTabs().length === 0) this.#didClose.fire();
      }),
    ];
  }

  async show(review: EditReview, subject: ReviewSubject): Promise<void> {
    this.#count++;
    this.#subject = subject;
    this.#set(review);
    this.#shown = isSideBySide(review) ? this.showDiff() : this.#showSheet(subject);
    await this.#shown;
  }

  /** The same as a diff between the document and what it would be. */
  async showDiff(): Promise<void> {
    const { uri, column } = this.#subject ?? {};
    if (uri === undefined) return;
    const options = { preview: false, ...(column === undefined ? {} : { viewColumn: column }) };
    await vscode.commands.executeCommand("vscode.diff", uri, this.#uri("proposed"), this.#title(), options);
  }

  update(review: EditReview): void {
    this.#set(review);
    for (const kind of ["sheet", "proposed"] as const) this.#didChange.fire(this.#uri(kind));
    this.#didChangeLenses.fire();
  }

  async close(): Promise<void> {
    this.#review = undefined;
    this.#sheet = undefined;
    // A person who types just then may end a review that is still being opened: its tab would come, empty, and stay.
    await this.#shown.catch(() => undefined);
    await vscode.window.tabGroups.close(reviewTabs());
  }

  /** The hunk at the cursor of the sheet; the first open one when there is none. */
  hunkAtCursor(): number | undefined {
    const editor = vscode.window.activeTextEditor;
    const line = editor?.document.uri.scheme === reviewScheme ? editor.selection.active.line : -1;
    const hunks = this.#sheet?.hunks ?? [];
    const here = hunks.find(({ start, end }) => start <= line && line < Math.max(end, start + 1));
    return (here ?? hunks.find(({ hunk }) => hunk.decision === "pending"))?.hunk.id;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (uri.authority === "sheet" ? this.#sheet?.text : this.#review?.proposed) ?? "";
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { hunks = [] } = this.#sheet ?? {};
    if (document.uri.authority !== "sheet") return [];
    return hunks.flatMap(({ hunk, start }, index) => {
      // A document's last lines may be what is deleted: there is always one line to stand at.
      const line = Math.min(start, document.lineCount - 1);
      const lens = (title: string, command: CommandName, id?: number): vscode.CodeLens =>
        new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
          title,
          command,
          arguments: id === undefined ? [] : [id],
        });
      const all = hunks.length > 1 && index === 0 ? this.#lensesOfAll(lens) : [];
      return [...all, ...this.#lensesOf(hunk.id, hunk.decision, lens)];
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.#parts, this.#didChange, this.#didChangeLenses, this.#marks).dispose();
  }

  async #showSheet({ languageId, column }: ReviewSubject): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#uri("sheet"));
    await vscode.languages.setTextDocumentLanguage(document, languageId);
    const line = this.#sheet?.hunks[0]?.start ?? 0;
    const selection = new vscode.Range(line, 0, line, 0);
    // Not as a preview, which would take the place of the document's own tab when that is one.
    const where = column === undefined ? {} : { viewColumn: column };
    const editor = await vscode.window.showTextDocument(document, { ...where, preview: false, selection });
    editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.#draw();
  }

  #lensesOfAll(lens: (title: string, command: CommandName) => vscode.CodeLens): vscode.CodeLens[] {
    const t = this.#t;
    return [
      lens(lensTitle("check-all", t("Accept All")), "inferenceMesh.acceptEdit"),
      lens(lensTitle("close-all", t("Reject All")), "inferenceMesh.rejectEdit"),
    ];
  }

  #lensesOf(
    id: number,
    decision: "pending" | "accepted" | "rejected",
    lens: (title: string, command: CommandName, id?: number) => vscode.CodeLens,
  ): vscode.CodeLens[] {
    const t = this.#t;
    if (decision === "accepted") return [lens(t("Accepted: reject instead"), "inferenceMesh.rejectChange", id)];
    if (decision === "rejected") return [lens(t("Rejected: accept instead"), "inferenceMesh.acceptChange", id)];
    return [
      lens(lensTitle("check", t("Accept")), "inferenceMesh.acceptChange", id),
      lens(lensTitle("close", t("Reject")), "inferenceMesh.rejectChange", id),
      lens(lensTitle("refresh", t("Retry")), "inferenceMesh.retryEdit"),
      lens(lensTitle("diff", t("Show Diff")), "inferenceMesh.showEditDiff"),
    ];
  }

  #set(review: EditReview): void {
    this.#review = review;
    this.#sheet = reviewSheet(review);
  }

  #draw(): void {
    const sheet = this.#sheet;
    if (sheet === undefined) return;
    const shown = vscode.window.visibleTextEditors.filter(
      ({ document }) => document.uri.toString() === this.#uri("sheet").toString(),
    );
    for (const editor of shown) this.#marks.draw(editor, sheet);
  }

  #title(): string {
    return this.#subject === undefined ? "" : this.#t("Edit of {0}", { 0: fileNameOf(this.#subject.uri) });
  }

  /** Each review has its own: the editor keeps what it was told of an address. */
  #uri(authority: "sheet" | "proposed"): vscode.Uri {
    return vscode.Uri.from({ scheme: reviewScheme, authority, path: `/${this.#count}/${this.#title()}` });
  }
}

const isReviewTab = ({ input }: vscode.Tab): boolean =>
  (input instanceof vscode.TabInputText && input.uri.scheme === reviewScheme) ||
  (input instanceof vscode.TabInputTextDiff && input.modified.scheme === reviewScheme);

const reviewTabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isReviewTab));

/** Whether the person looks at a review: only then its keys do anything. */
export function isReviewInFront(): boolean {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return tab !== undefined && isReviewTab(tab);
}
