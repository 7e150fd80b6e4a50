import * as vscode from "vscode";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { answerController } from "../platform/views.ts";
import { safeMarkdown } from "./safe-markdown.ts";

/** How often an answer that is being written is drawn anew, in milliseconds: each time the whole thread is sent. */
const drawMs = 100;

/** An answer at a line, as it grows. */
export interface AnswerThread {
  append(text: string): void;
  /** Says that it is over, and how, if not well. */
  end(note?: string): void;
}

/** Answers to questions about code, each a thread at its line. They live as long as the window. */
export class AnswerThreads implements vscode.Disposable {
  readonly #controller: vscode.CommentController;
  readonly #t: Translate;

  constructor(t: Translate) {
    this.#t = t;
    this.#controller = vscode.comments.createCommentController(answerController, t("Mesh answers"));
  }

  open(uri: vscode.Uri, range: vscode.Range, { question, model }: { question: string; model: string }): AnswerThread {
    const thread = this.#controller.createCommentThread(uri, range, []);
    thread.canReply = false;
    thread.label = this.#t("Mesh answers");
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    let text = "";
    let note: string | undefined = this.#t("Waiting for the first word…");
    let timer: NodeJS.Timeout | undefined;
    const comment = (name: string, body: vscode.MarkdownString): vscode.Comment => ({
      author: { name: plainText(name) },
      body,
      mode: vscode.CommentMode.Preview,
    });
    const draw = (): void => {
      timer = undefined;
      // Not trusted, without markup and icons: links to commands do nothing.
      const answer = new vscode.MarkdownString(safeMarkdown(text), false);
      if (note !== undefined) answer.appendMarkdown(text === "" ? "" : "\n\n").appendText(note);
      const asked = new vscode.MarkdownString().appendText(question);
      thread.comments = [comment(this.#t("You"), asked), comment(model, answer)];
    };
    draw();
    return {
      append: (piece) => {
        text += piece;
        note = undefined;
        timer ??= setTimeout(draw, drawMs);
      },
      end: (last) => {
        clearTimeout(timer);
        note = last;
        draw();
      },
    };
  }

  /** @param thread what the editor hands over with a thread's own button */
  remove(thread: unknown): void {
    const candidate = thread as Partial<vscode.CommentThread> | undefined;
    candidate?.dispose?.();
  }

  dispose(): void {
    this.#controller.dispose();
  }
}
