import { splitLines, withoutEnding } from "./document-lines.ts";
import type { EditReview, ReviewedHunk } from "./edit-review.ts";

/** What a line of the sheet is: of the document, taken away by a hunk, or brought by it. */
export type SheetRow = "same" | "removed" | "added";

/** Where a hunk is shown: lines of the sheet, `end` excluded. */
export interface SheetHunk {
  readonly hunk: ReviewedHunk;
  readonly start: number;
  readonly end: number;
}

/** The document with removed and added lines both in it, as it is shown for review. */
export interface ReviewSheet {
  readonly text: string;
  readonly rows: readonly SheetRow[];
  readonly hunks: readonly SheetHunk[];
}

/** A rejected hunk shows the lines as they stay, an accepted one those that come; an open one shows both. */
export function reviewSheet(review: EditReview): ReviewSheet {
  const base = splitLines(review.base);
  const lines: string[] = [];
  const rows: SheetRow[] = [];
  const hunks: SheetHunk[] = [];
  const put = (added: readonly string[], row: SheetRow): void => {
    for (const line of added) {
      lines.push(withoutEnding(line));
      rows.push(row);
    }
  };
  let at = 0;
  for (const hunk of review.hunks) {
    put(base.slice(at, hunk.start), "same");
    const start = lines.length;
    if (hunk.decision !== "accepted") put(hunk.oldLines, hunk.decision === "pending" ? "removed" : "same");
    if (hunk.decision !== "rejected") put(hunk.newLines, hunk.decision === "pending" ? "added" : "same");
    hunks.push({ hunk, start, end: lines.length });
    at = hunk.start + hunk.oldLines.length;
  }
  put(base.slice(at), "same");
  return { text: lines.join("\n"), rows, hunks };
}
