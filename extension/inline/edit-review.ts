import { splitLines } from "./document-lines.ts";
import { applyHunks, diffLines, type Hunk } from "./line-diff.ts";
import { rebaseHunks } from "./rebase-hunks.ts";

export type Decision = "pending" | "accepted" | "rejected";

/** A proposed change and what the person thinks of it. `id` stays the same while the text around it moves. */
export interface ReviewedHunk extends Hunk {
  readonly id: number;
  readonly decision: Decision;
}

/**
 * A proposed edit of one document and what has been decided of it. Never changed: each decision gives another review.
 *
 * Invariant: `hunks` are in order, do not touch each other, and hold lines of `base`.
 */
export class EditReview {
  /** The document, as the hunks count its lines. */
  readonly base: string;
  readonly hunks: readonly ReviewedHunk[];

  private constructor(base: string, hunks: readonly ReviewedHunk[]) {
    this.base = base;
    this.hunks = hunks;
  }

  /** A review of everything in which `proposed` differs. */
  static of(base: string, proposed: string): EditReview {
    const hunks = diffLines(splitLines(base), splitLines(proposed));
    return new EditReview(
      base,
      hunks.map((hunk, id) => ({ ...hunk, id, decision: "pending" })),
    );
  }

  get isDecided(): boolean {
    return this.hunks.every(({ decision }) => decision !== "pending");
  }
  get pending(): readonly ReviewedHunk[] {
    return this.hunks.filter(({ decision }) => decision === "pending");
  }
  get accepted(): readonly ReviewedHunk[] {
    return this.hunks.filter(({ decision }) => decision === "accepted");
  }

  /** The document with what is accepted. */
  get result(): string {
    return applyHunks(splitLines(this.base), this.accepted).join("");
  }
  /** The document as it was proposed: with all that has not been rejected. */
  get proposed(): string {
    const wanted = this.hunks.filter(({ decision }) => decision !== "rejected");
    return applyHunks(splitLines(this.base), wanted).join("");
  }

  decide(id: number, decision: Decision): EditReview {
    const hunks = this.hunks.map((hunk) => (hunk.id === id ? { ...hunk, decision } : hunk));
    return new EditReview(this.base, hunks);
  }

  /** Decides everything that is still open. */
  decideRest(decision: Decision): EditReview {
    const hunks = this.hunks.map((hunk) => (hunk.decision === "pending" ? { ...hunk, decision } : hunk));
    return new EditReview(this.base, hunks);
  }

  /** The same for the document as it is now. What somebody else has changed meanwhile is lost, never overwritten. */
  rebase(now: string): { readonly review: EditReview; readonly lost: number } {
    if (now === this.base) return { review: this, lost: 0 };
    const { kept, lost } = rebaseHunks(this.hunks, splitLines(this.base), splitLines(now));
    return { review: new EditReview(now, kept), lost: lost.length };
  }
}
