import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Translate } from "../platform/translate.ts";

export interface ForceQuestion {
  readonly question: string;
  /** What the one button says. */
  readonly action: string;
}

/**
 * Runs something that is refused while others would suffer from it; then asks, and runs it with force.
 * `isRefusal` says which error means that.
 */
export async function confirmForce(
  run: (force: boolean) => Promise<unknown>,
  code: "node_in_use" | "model_in_use",
  ask: (error: MeshError) => ForceQuestion,
): Promise<void> {
  try {
    await run(false);
  } catch (error) {
    if (!(error instanceof MeshError) || error.code !== code) throw error;
    const { question, action } = ask(error);
    const chosen = await vscode.window.showWarningMessage(question, { modal: true }, action);
    if (chosen === action) await run(true);
  }
}

/** Words for ending a node that other windows or programs use. */
export const otherClientsQuestion = (t: Translate, action: string): ((error: MeshError) => ForceQuestion) => {
  return () => ({
    question: t("Other windows or programs use this node. Their open answers would end with an error."),
    action,
  });
};
