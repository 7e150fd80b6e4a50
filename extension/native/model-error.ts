import * as vscode from "vscode";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { errorWords } from "../platform/error-words.ts";
import type { Translate } from "../platform/translate.ts";

/** An error as the editor's own chat shows it: in our words, with what to do. */
export function modelError(error: unknown, t: Translate): Error {
  if (!(error instanceof MeshError)) return error instanceof Error ? error : new Error(String(error));
  const { message, nextStep } = errorWords(error, t);
  const words = `${message} ${nextStep}`;
  switch (error.code) {
    case "unknown_model":
      return vscode.LanguageModelError.NotFound(words);
    case "privacy_forbids":
      return vscode.LanguageModelError.NoPermissions(words);
    default:
      return new vscode.LanguageModelError(words);
  }
}
