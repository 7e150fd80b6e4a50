import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { EditReview } from "../../../extension/inline/edit-review.ts";
import { ReviewDesk } from "../../../extension/inline/review-desk.ts";
import { reviewScheme } from "../../../extension/inline/review-view.ts";
import { tabsAreClosed } from "./diagnostics.ts";

const reviewTabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === reviewScheme);

/** With a desk of its own: the extension is gone from this window, and with it what it shows of reviews. */
export function describeReviews(): void {
  describe("A review of an edit", () => {
    it("leaves no empty tab when its lines are changed while it is being opened", async () => {
      const document = await vscode.workspace.openTextDocument({ language: "javascript", content: "one();\ntwo();\n" });
      await vscode.window.showTextDocument(document);
      const desk = new ReviewDesk((words) => words);
      const { uri, languageId } = document;
      const review = EditReview.of(document.getText(), "one();\nthree();\n");
      const opened = desk.open(review, { uri, languageId, column: undefined });
      while (desk.uri === undefined) await turn();
      const change = new vscode.WorkspaceEdit();
      change.insert(uri, new vscode.Position(1, 0), "mine; ");
      await vscode.workspace.applyEdit(change);
      await opened;
      // The suite's own limit ends the waiting.
      while (reviewTabs().length > 0) await turn();
      assert.equal(desk.uri, undefined);
      assert.equal(document.getText(), "one();\nmine; two();\n");
      desk.dispose();
      await tabsAreClosed();
    });
  });
}
