const fenceOpening = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/**
 * A model's Markdown with nothing in it that acts by being shown: images, which would be fetched from wherever they are, and
 * markup. The editor does the rest: it runs no script, and no command where the text is not trusted.
 *
 * Code keeps its characters. What opens a fence here is never more than what the editor takes for one, so that nothing can
 * pass for code here and be markup there.
 */
export function safeMarkdown(text: string): string {
  let fence: string | undefined;
  const lines = withoutControls(text)
    .split(/\r\n|\r|\n/)
    .map((line) => {
      if (fence !== undefined) {
        if (isClosing(line, fence)) fence = undefined;
        return line;
      }
      fence = fenceOpening.exec(line)?.[1];
      if (fence !== undefined) return line;
      return line.replaceAll("![", "!\\[").replace(/^([\s>*+\-\d.)]*)</, "$1&lt;");
    });
  // An answer that is still being written may be in the middle of its code.
  if (fence !== undefined) lines.push(fence);
  return lines.join("\n");
}

/** The editor ends a block at the same fence, whatever more of its characters follow. */
function isClosing(line: string, fence: string): boolean {
  const trimmed = line.replace(/^ {0,3}/, "");
  return trimmed.startsWith(fence) && /^[~`]* *$/.test(trimmed.slice(fence.length));
}

const escapeCharacter = String.fromCharCode(0x1b);
const terminalSequence = new RegExp(
  `${escapeCharacter}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${escapeCharacter}\\n]*(?:${escapeCharacter}\\\\)?|.)`,
  "g",
);
const control = /(?![\t\n\r])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Terminal colours, bidirectional overrides and the like. Tabs and line ends stay. */
function withoutControls(text: string): string {
  return text.replace(terminalSequence, "").replace(control, "");
}
