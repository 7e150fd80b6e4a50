import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { withLateProgress } from "../../platform/progress.ts";
import type { Translate } from "../../platform/translate.ts";
import type { CutPrompts } from "./fit-question.ts";

/** The editor's own dialogs. A modal one has the focus, is read out, and Escape sends nothing. */
export function cutPrompts(t: Translate, chooseModel: () => Promise<boolean>): CutPrompts {
  return {
    confirmCut: async ({ message, detail }, canSend) => {
      const send = t("Send Without These");
      const choose = t("Choose Another Model");
      // The first has the focus: Enter alone sends nothing.
      const buttons = canSend ? [choose, send] : [choose];
      const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
      return chosen === send ? "send" : chosen === choose ? "chooseModel" : undefined;
    },
    counting: async (count) => {
      try {
        return await withLateProgress(t("Counting the question's tokens…"), count);
      } catch (error) {
        if (error instanceof MeshError && error.code === "cancelled") return undefined;
        throw error;
      }
    },
    chooseModel,
  };
}
