import type { TallyView } from "../../contract/webview/compare-tally.ts";

/** The tally as a file, for people and spreadsheets. Names and numbers alone. */
export function exportTally(tally: TallyView, format: "csv" | "json"): string {
  return format === "json" ? `${JSON.stringify(tally, undefined, 2)}\n` : tallyCsv(tally);
}

/**
 * One table: a row for each contender and, with who it met in `against`, a row for each side of each pair. The header is
 * for programs and is not translated.
 */
function tallyCsv({ contenders, pairs }: TallyView): string {
  const header = ["model", "against", "wins", "ties", "losses", "none"];
  const totals = contenders.map(({ name, wins, ties, losses, none }) => [name, "", wins, ties, losses, none]);
  const meetings = pairs.flatMap(({ a, b, aWins, bWins, ties, none }) => [
    [a, b, aWins, ties, bWins, none],
    [b, a, bWins, ties, aWins, none],
  ]);
  return [header, ...totals, ...meetings].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** A name that a spreadsheet would take for a formula stays a name. */
function csvCell(value: string | number): string {
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
