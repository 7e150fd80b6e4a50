import * as vscode from "vscode";

/** What the explorer hands over: the entry under the pointer, and all that are selected with it. */
export function chosenUris(argument: unknown, selected: unknown): vscode.Uri[] {
  const all = Array.isArray(selected) ? selected : [];
  const uris = all.filter((each) => each instanceof vscode.Uri);
  if (uris.length > 0) return uris;
  return argument instanceof vscode.Uri ? [argument] : [];
}
