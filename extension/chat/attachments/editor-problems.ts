import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { Translate } from "../../platform/translate.ts";
import type { Attachment } from "./attachment.ts";
import { pathOf } from "./editor-files.ts";
import { type Problem, problemsText } from "./problems-text.ts";

/** The editor's problems of one file, or of all. @throws MeshError `no_problems` */
export function editorProblems(file: vscode.Uri | undefined, t: Translate): Attachment {
  const all =
    file === undefined ? vscode.languages.getDiagnostics() : [[file, vscode.languages.getDiagnostics(file)] as const];
  const files = all.map(([uri, found]) => ({ path: pathOf(uri), problems: found.map(problemOf) }));
  const { text, count } = problemsText(files);
  if (count === 0) throw new MeshError("no_problems", {});
  const where = file === undefined ? "the workspace" : pathOf(file);
  return {
    id: randomUUID(),
    kind: "problems",
    label: count === 1 ? t("1 problem") : t("{0} problems", { 0: count }),
    detail: `Problems of ${where}`,
    text,
    image: null,
    languageId: null,
  };
}

const severities: Record<vscode.DiagnosticSeverity, Problem["severity"]> = {
  [vscode.DiagnosticSeverity.Error]: "error",
  [vscode.DiagnosticSeverity.Warning]: "warning",
  [vscode.DiagnosticSeverity.Information]: "information",
  [vscode.DiagnosticSeverity.Hint]: "hint",
};

function problemOf({ severity, range, message, source = "", code }: vscode.Diagnostic): Problem {
  const name = typeof code === "object" ? code.value : (code ?? "");
  return {
    severity: severities[severity],
    line: range.start.line + 1,
    column: range.start.character + 1,
    message,
    source: `${source} ${name}`.trim(),
  };
}
