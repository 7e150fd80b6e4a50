/** The fence that a line opens or closes: its signs, and what stands behind them. */
const fenceLine = /^ {0,3}(`{3,}|~{3,})(.*)$/;
/** What makes a head of the line before. */
const underline = /^ {0,3}(=+|-+)\s*$/;
/** Code within a line, which is left as it is, or what a reader of Markdown could take for HTML. */
const codeOrTag = /(`+)[^`][\s\S]*?(?<!`)\1(?!`)|<(?=[a-z/!?])/gi;

/**
 * Markdown of somebody else as a part of a larger document: nothing in it reaches beyond its end. Fences are closed, heads
 * go below those of the document, and tags of HTML are words.
 *
 * @param level of the head that it stands under; its own heads are smaller
 */
export function closedMarkdown(text: string, level: number): string {
  let open = "";
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const closed = lines.map((line, index) => {
    const [, signs = "", rest = ""] = fenceLine.exec(line) ?? [];
    if (open !== "") {
      if (signs.startsWith(open) && rest.trim() === "") open = "";
      return line;
    }
    if (signs !== "" && !(signs.startsWith("`") && rest.includes("`"))) {
      open = signs;
      return line;
    }
    const isUnderline = underline.test(line) && lines[index - 1]?.trim() !== "";
    if (isUnderline) return line.includes("=") ? `\\${line.trim()}` : `\n${line}`;
    const inline = line.replace(codeOrTag, (found) => (found === "<" ? "\\<" : found));
    return inline.replace(
      /^( {0,3})(#{1,6})(?=\s|$)/,
      (_head, indent: string, signs: string) => `${indent}${"#".repeat(Math.min(6, signs.length + level))}`,
    );
  });
  return (open === "" ? closed : [...closed, open]).join("\n");
}

/** Words of a person as a quotation: whatever they have opened ends with it. */
export const quoted = (text: string): string =>
  closedMarkdown(text, 6)
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n");
