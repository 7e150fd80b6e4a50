import type * as vscode from "vscode";

type EditorTool = Pick<vscode.LanguageModelChatTool, "name" | "description" | "inputSchema">;

/** The document that the person edits, and what of it is selected. */
export interface OpenSelection {
  readonly path: string;
  readonly text: string;
  /** From 0; both included. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/**
 * The edit tool, held to the selected lines of the open document: small models seldom repeat a text exactly, and an edit of a
 * text that is not there is none. Undefined where the tool is another, or the prompt is not about this document.
 */
export function pinEdit(tool: EditorTool, open: OpenSelection, prompt: string): EditorTool | undefined {
  const schema = tool.inputSchema as { properties?: Record<string, object> } | undefined;
  const { filePath, oldString } = schema?.properties ?? {};
  if (filePath === undefined || oldString === undefined || !prompt.includes(open.path)) return undefined;
  const anchor = uniqueLines(open);
  if (anchor === undefined) return undefined;
  const properties = {
    ...schema?.properties,
    filePath: { ...filePath, enum: [open.path] },
    oldString: { ...oldString, enum: [anchor] },
  };
  return { ...tool, inputSchema: { ...schema, properties } };
}

/** The selected lines, with as many around them as make them the only ones of their kind; undefined for an empty document. */
export function uniqueLines({ text, firstLine, lastLine }: OpenSelection): string | undefined {
  const lines = text.split("\n");
  let first = Math.max(0, Math.min(firstLine, lines.length - 1));
  let last = Math.max(first, Math.min(lastLine, lines.length - 1));
  for (;;) {
    const anchor = lines.slice(first, last + 1).join("\n");
    if (anchor.trim() !== "" && text.indexOf(anchor) === text.lastIndexOf(anchor)) return anchor;
    if (first === 0 && last === lines.length - 1) return undefined;
    first = Math.max(0, first - 1);
    last = Math.min(lines.length - 1, last + 1);
  }
}
