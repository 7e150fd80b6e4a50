import * as vscode from "vscode";
import type { MeshError } from "../../contract/errors/mesh-error.ts";
import { errorWords } from "../platform/error-words.ts";
import type { Translate } from "../platform/translate.ts";

export type AfterFailure = "change" | "force" | "cancel";

/** Shows exactly what answered, or did not, and asks what to do. A refusal of the node itself cannot be forced. */
export async function askAfterFailure(error: MeshError, t: Translate, force = t("Add Anyway")): Promise<AfterFailure> {
  const { message, nextStep } = errorWords(error, t);
  const change = t("Change…");
  const isRefusal = error.code === "backend_invalid" || error.code === "backend_exists";
  const buttons = isRefusal ? [change] : [change, force];
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail: nextStep }, ...buttons);
  if (chosen === change) return "change";
  return chosen === force ? "force" : "cancel";
}
