import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { Emitter } from "../platform/emitter.ts";
import type { Translate } from "../platform/translate.ts";
import { applyReview } from "./apply-review.ts";
import type { Decision, EditReview } from "./edit-review.ts";
import { fileNameOf } from "./editable-document.ts";
import { isReviewInFront, type ReviewSubject, ReviewView } from "./review-view.ts";

/** The edit that a person is deciding about: follows the document meanwhile, and applies what is accepted at the end. */
export class ReviewDesk implements vscode.Disposable {
  readonly #t: Translate;
  readonly #view: ReviewView;
  readonly #didChange = new Emitter<void>();
  readonly #parts: vscode.Disposable;
  #open: { readonly review: EditReview; readonly subject: ReviewSubject } | undefined;
  #isInFront = false;

  /** Fires when a review comes into view or goes out of it. */
  readonly onDidChange = this.#didChange.event;

  constructor(t: Translate) {
    this.#t = t;
    this.#view = new ReviewView(t);
    const { tabGroups } = vscode.window;
    const look = (): void => this.#look();
    this.#parts = vscode.Disposable.from(
      this.#view,
      this.#view.onDidClose(() => {
        this.#open = undefined;
      }),
      tabGroups.onDidChangeTabs(look),
      tabGroups.onDidChangeTabGroups(look),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isOurs = document.uri.toString() === this.#open?.subject.uri.toString();
        if (isOurs && contentChanges.length > 0) this.#follow(document.getText());
      }),
    );
  }

  /** The document under review. */
  get uri(): vscode.Uri | undefined {
    return this.#open?.subject.uri;
  }
  /** Whether the person looks at it. */
  get isInFront(): boolean {
    return this.#isInFront;
  }

  /**
   * Begins a review. What the document has become since is kept.
   *
   * @throws MeshError `document_changed` when nothing of the edit fits any more
   */
  async open(review: EditReview, subject: ReviewSubject): Promise<void> {
    const document = await vscode.workspace.openTextDocument(subject.uri);
    const { review: now, lost } = review.rebase(document.getText());
    if (now.hunks.length === 0) throw new MeshError("document_changed", { file: fileNameOf(subject.uri) });
    this.#open = { review: now, subject };
    try {
      await this.#view.show(now, subject);
    } catch (error) {
      // Else every further edit would be refused for the sake of one that nobody can see.
      await this.#end();
      throw error;
    }
    this.#tellLost(lost);
  }

  /** Decides all that is open, and applies what is accepted. @throws MeshError `document_changed` */
  async accept(): Promise<void> {
    if (this.#open !== undefined) await this.#put(this.#open.review.decideRest("accepted"));
  }

  /** Ends the review; the document was never touched. */
  async reject(): Promise<void> {
    await this.#end();
  }

  /** Decides one change: the one at the cursor, unless it is named. @throws MeshError `document_changed` */
  async decide(named: unknown, decision: Decision): Promise<void> {
    const id = typeof named === "number" ? named : this.#view.hunkAtCursor();
    if (this.#open !== undefined && id !== undefined) await this.#put(this.#open.review.decide(id, decision));
  }

  async showDiff(): Promise<void> {
    if (this.#open !== undefined) await this.#view.showDiff();
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #put(review: EditReview): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    if (review.isDecided) {
      // Our own change of the document must not be taken for somebody else's.
      this.#open = undefined;
      try {
        if (review.accepted.length > 0) await applyReview(open.subject.uri, review);
      } catch (error) {
        this.#open = open;
        const document = await vscode.workspace.openTextDocument(open.subject.uri);
        this.#follow(document.getText());
        throw error;
      }
      return await this.#end();
    }
    this.#open = { ...open, review };
    this.#view.update(review);
  }

  /** The document has changed under the review. */
  #follow(text: string): void {
    const open = this.#open;
    if (open === undefined) return;
    const { review, lost } = open.review.rebase(text);
    this.#open = { ...open, review };
    this.#view.update(review);
    this.#tellLost(lost);
    if (review.hunks.length === 0) void this.#end();
  }

  #tellLost(lost: number): void {
    if (lost === 0) return;
    const words = this.#t("{0} proposed changes were left out: their lines were changed meanwhile.", { 0: lost });
    void vscode.window.showWarningMessage(words);
  }

  async #end(): Promise<void> {
    this.#open = undefined;
    await this.#view.close();
  }

  #look(): void {
    const isInFront = isReviewInFront();
    if (isInFront === this.#isInFront) return;
    this.#isInFront = isInFront;
    this.#didChange.fire();
  }
}
