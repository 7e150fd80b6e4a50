/**
 * A text's lines, each with its own ending, so that joining them gives the text back byte for byte. An empty text has
 * none; a text without a final newline has a last line without an ending.
 */
export function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/** A line as it is seen. */
export const withoutEnding = (line: string): string => line.replace(/\r?\n$|\r$/, "");

export const hasEnding = (line: string): boolean => /[\r\n]$/.test(line);

/** Lines as an editor counts them: behind a final newline there is another, empty one. */
export function editorLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}
