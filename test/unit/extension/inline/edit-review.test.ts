import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLines } from "../../../../extension/inline/document-lines.ts";
import { type Decision, EditReview } from "../../../../extension/inline/edit-review.ts";
import { applyHunks, diffLines } from "../../../../extension/inline/line-diff.ts";
import { reviewSheet } from "../../../../extension/inline/review-sheet.ts";

const line = fc.constantFrom("", "a", "b", "c", "  a", "}");
const document = fc
  .tuple(fc.array(line), fc.constantFrom("\n", "\r\n"), fc.constantFrom("", "end"))
  .map(([lines, eol, last]) => lines.map((text) => text + eol).join("") + last);
const choices = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });
const decision = (isAccepted: boolean | undefined): Decision => (isAccepted ? "accepted" : "rejected");

describe("a review", () => {
  it("of which everything is accepted is the new text, and rejected the old one, byte for byte", () => {
    fc.assert(
      fc.property(document, document, (base, proposed) => {
        const review = EditReview.of(base, proposed);
        expect(review.decideRest("accepted").result).toBe(proposed);
        expect(review.decideRest("rejected").result).toBe(base);
        expect(review.result).toBe(base);
        expect(review.proposed).toBe(proposed);
      }),
    );
  });

  it("gives the same for any choice, in whatever order it was made", () => {
    fc.assert(
      fc.property(document, document, choices, fc.infiniteStream(fc.nat()), (base, proposed, accepted, chance) => {
        const review = EditReview.of(base, proposed);
        const ids = review.hunks.map(({ id }) => id);
        const shuffled = ids
          .map((id) => ({ id, key: chance.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ id }) => id);
        const decide = (order: readonly number[]): string =>
          order.reduce((each, id) => each.decide(id, decision(accepted[id])), review).result;
        expect(decide(shuffled)).toBe(decide(ids));
        // One hunk after the other, from the last to the first, each applied to what the one before made.
        const stepwise = review.hunks
          .filter(({ id }) => accepted[id])
          .reduceRight((lines, hunk) => applyHunks(lines, [hunk]), splitLines(base));
        expect(decide(ids)).toBe(stepwise.join(""));
      }),
    );
  });

  it("takes a decision back", () => {
    const review = EditReview.of("a\n", "b\n").decide(0, "accepted");
    expect(review.isDecided).toBe(true);
    expect(review.decide(0, "pending").isDecided).toBe(false);
    expect(review.decide(0, "pending").result).toBe("a\n");
  });
});

describe("when the document changes meanwhile", () => {
  it("both changes are kept where they do not touch", () => {
    const { review, lost } = EditReview.of("a\nb\nc\nd\n", "a\nb\nc\nD\n").rebase("new\na\nB\nc\nd\n");
    expect(lost).toBe(0);
    expect(review.decideRest("accepted").result).toBe("new\na\nB\nc\nD\n");
  });

  it("a change of the same lines is never overwritten", () => {
    const { review, lost } = EditReview.of("a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n").rebase("mine\nb\nc\nd\ne\n");
    expect(lost).toBe(1);
    expect(review.decideRest("accepted").result).toBe("mine\nb\nc\nd\nE\n");
  });

  it("lines that somebody put at the same place are not overtaken", () => {
    const { review, lost } = EditReview.of("a\nb\n", "a\nnew\nb\n").rebase("a\nmine\nb\n");
    expect(lost).toBe(1);
    expect(review.decideRest("accepted").result).toBe("a\nmine\nb\n");
  });

  it("every line that somebody else has written is still there, and rejecting leaves their text as it is", () => {
    fc.assert(
      fc.property(document, document, document, (base, proposed, now) => {
        const { review } = EditReview.of(base, proposed).rebase(now);
        expect(review.decideRest("rejected").result).toBe(now);
        const result = splitLines(review.decideRest("accepted").result);
        // Their changes, moved past ours, hold in the result: none of their lines was taken away.
        for (const theirs of diffLines(splitLines(base), splitLines(now))) {
          const shift = review.hunks
            .filter((hunk) => hunk.start < placeNow(theirs.start, base, now))
            .reduce((sum, { oldLines, newLines }) => sum + newLines.length - oldLines.length, 0);
          const start = placeNow(theirs.start, base, now) + shift;
          expect(result.slice(start, start + theirs.newLines.length)).toEqual(theirs.newLines);
        }
      }),
    );
  });

  it("what holds afterwards is in the document as it is then", () => {
    fc.assert(
      fc.property(document, document, document, (base, proposed, now) => {
        const { review, lost } = EditReview.of(base, proposed).rebase(now);
        const lines = splitLines(now);
        for (const { start, oldLines } of review.hunks) {
          expect(lines.slice(start, start + oldLines.length)).toEqual(oldLines);
        }
        expect(review.hunks.length + lost).toBe(EditReview.of(base, proposed).hunks.length);
      }),
    );
  });

  it("decisions stay with their hunks", () => {
    const before = EditReview.of("a\nb\nc\nd\ne\n", "a\nB\nc\nd\nE\n").decide(1, "rejected");
    const { review } = before.rebase("first\na\nb\nc\nd\ne\n");
    expect(review.hunks.map(({ id, decision: made }) => [id, made])).toEqual([
      [0, "pending"],
      [1, "rejected"],
    ]);
  });
});

/** Where a line of the old text is in the new one, when nothing of it was changed there. */
function placeNow(start: number, base: string, now: string): number {
  return diffLines(splitLines(base), splitLines(now))
    .filter((hunk) => hunk.start < start)
    .reduce((at, { oldLines, newLines }) => at + newLines.length - oldLines.length, start);
}

describe("the sheet", () => {
  it("shows removed lines above those that come for them", () => {
    const sheet = reviewSheet(EditReview.of("a\r\nb\r\nc", "a\r\nB\r\nc"));
    expect(sheet.text).toBe("a\nb\nB\nc");
    expect(sheet.rows).toEqual(["same", "removed", "added", "same"]);
    expect(sheet.hunks).toMatchObject([{ start: 1, end: 3, hunk: { id: 0 } }]);
  });

  it("shows what was decided as it will be", () => {
    const review = EditReview.of("a\nb\nc\n", "A\nb\nC\n").decide(0, "accepted").decide(1, "rejected");
    expect(reviewSheet(review)).toMatchObject({ text: "A\nb\nc", rows: ["same", "same", "same"] });
  });

  it("without its added lines is the document, and without its removed ones the proposal", () => {
    fc.assert(
      fc.property(document, document, (base, proposed) => {
        const { text, rows } = reviewSheet(EditReview.of(base, proposed));
        const lines = rows.length === 0 ? [] : text.split("\n");
        const without = (row: string): string[] => lines.filter((_, index) => rows[index] !== row);
        const shown = (whole: string): string[] => splitLines(whole).map((each) => each.replace(/\r?\n$/, ""));
        expect(without("added")).toEqual(shown(base));
        expect(without("removed")).toEqual(shown(proposed));
      }),
    );
  });
});
