/** One of the editor's problems. */
export interface Problem {
  readonly severity: "error" | "warning" | "information" | "hint";
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Who found it, and what they call it: `ts 2304`. */
  readonly source: string;
}

export interface FileProblems {
  readonly path: string;
  readonly problems: readonly Problem[];
}

export interface ProblemsText {
  readonly text: string;
  readonly count: number;
  /** Problems that were left out, because there are more than a person means. */
  readonly omitted: number;
}

const maxProblems = 200;
const maxMessageCharacters = 500;
const severities: readonly Problem["severity"][] = ["error", "warning", "information", "hint"];

/** Problems as compilers print them, errors first. Files without any are left out. */
export function problemsText(files: readonly FileProblems[]): ProblemsText {
  const all = files.flatMap(({ path, problems }) => problems.map((problem) => ({ path, ...problem })));
  const sorted = all.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column,
  );
  const kept = sorted.slice(0, maxProblems);
  const lines = kept.map(
    ({ path, line, column, severity, message, source }) =>
      `${path}:${line}:${column}: ${severity}: ${message.slice(0, maxMessageCharacters)}${source === "" ? "" : ` [${source}]`}`,
  );
  const omitted = sorted.length - kept.length;
  const rest = omitted === 0 ? [] : [`… and ${omitted} more`];
  return { text: [...lines, ...rest].map((line) => `${line}\n`).join(""), count: sorted.length, omitted };
}
