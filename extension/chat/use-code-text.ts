/** Names with which models begin a block of code, and what the editor calls the language. */
const otherNames: Readonly<Record<string, string>> = {
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  node: "javascript",
  ts: "typescript",
  jsx: "javascriptreact",
  tsx: "typescriptreact",
  py: "python",
  python3: "python",
  sh: "shellscript",
  bash: "shellscript",
  zsh: "shellscript",
  shell: "shellscript",
  console: "shellscript",
  ps1: "powershell",
  "c++": "cpp",
  "c#": "csharp",
  cs: "csharp",
  "f#": "fsharp",
  rs: "rust",
  rb: "ruby",
  kt: "kotlin",
  golang: "go",
  yml: "yaml",
  md: "markdown",
  docker: "dockerfile",
  make: "makefile",
  tex: "latex",
  objc: "objective-c",
  text: "plaintext",
  txt: "plaintext",
};

/** The editor's language of a block of code; `plaintext` where it knows none by that name. */
export function codeLanguage(name: string, known: readonly string[]): string {
  const wanted = name.trim().toLowerCase();
  const found = Object.hasOwn(otherNames, wanted) ? otherNames[wanted] : wanted;
  return known.find((language) => language.toLowerCase() === found) ?? "plaintext";
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

/**
 * Code as it is put at a cursor: its first line goes on where the cursor is, and the others stand below it as deep as that
 * line is.
 *
 * @param before what stands before the cursor in its line
 */
export function codeAtCursor(code: string, before: string): string {
  const lines = code
    .replace(/\r\n?/g, "\n")
    .replace(/^(?:[ \t]*\n)+|\s+$/g, "")
    .split("\n");
  const filled = lines.filter((line) => line.trim() !== "").map(indentOf);
  const shared = filled.reduce((least, indent) => (indent.length < least.length ? indent : least), filled[0] ?? "");
  const depth = indentOf(before);
  return lines
    .map((line, index) => {
      const text = line.trim() === "" ? "" : line.slice(shared.length);
      return index === 0 || text === "" ? text : depth + text;
    })
    .join("\n");
}
