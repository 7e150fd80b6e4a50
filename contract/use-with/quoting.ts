import type { ToolPlace } from "./outside-tool.ts";

/**
 * A text in double quotes, as JSON, YAML and TOML read it alike. What a terminal or an editor would not show becomes an
 * escape: the name of a model is a server's.
 */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** One word of a command line, whatever is in it. Control characters, which would end the line, are left out. */
export function shellWord(text: string, shell: ToolPlace["shell"]): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "");
  if (shell === "powershell") return `'${line.replaceAll("'", "''")}'`;
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(line) ? line : `'${line.replaceAll("'", "'\\''")}'`;
}

/** Lines that set variables for the programs that the same terminal starts. */
export const setVariables = (variables: Readonly<Record<string, string>>, shell: ToolPlace["shell"]): string =>
  Object.entries(variables)
    .map(([name, value]) =>
      shell === "powershell"
        ? `$env:${name} = ${shellWord(value, shell)}`
        : `export ${name}=${shellWord(value, shell)}`,
    )
    .join("\n");
