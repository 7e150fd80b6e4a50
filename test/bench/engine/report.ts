import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { resolve } from "node:path";
import { type Comparison, isMet, ratioOf, type Target } from "./comparison.ts";
import { engineRelease } from "./ensure-llama-server.ts";

const root = resolve(import.meta.dirname, "../../..");
const performancePage = resolve(root, "docs/PERFORMANCE.md");
const head = ["what", "unit", "llama-server", "ours", "ratio", "target", "met"];

/** Lines of figures for people, in columns. */
export function toTable(comparisons: readonly Comparison[]): string {
  const rows = [head, ...comparisons.map(cells)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return rows.map(line).join("\n");
}

/** The last line of a bench: its name, figures, targets and whether they are met. */
export function toJsonLine(comparisons: readonly Comparison[]): string {
  const figures = comparisons.map((each) => [
    each.key,
    { ours: rounded(each.ours), llamaServer: rounded(each.theirs), ratio: rounded(ratioOf(each)) },
  ]);
  const targets = comparisons.flatMap(({ key, target }) => (target === undefined ? [] : [[key, target]]));
  return JSON.stringify({
    name: "engine",
    figures: Object.fromEntries(figures),
    targets: Object.fromEntries(targets),
    pass: comparisons.every(isMet),
  });
}

/** Puts the table, with machine and date, between the two marks in docs/PERFORMANCE.md. */
export function writeMarkdown(comparisons: readonly Comparison[], conditions: string): void {
  const row = (columns: readonly string[]): string => `| ${columns.join(" | ")} |`;
  const rules = head.map((_, column) => (column < 2 ? "---" : "---:"));
  const table = [row(head), row(rules), ...comparisons.map((each) => row(cells(each)))].join("\n");
  const [begin, end] = ["<!-- bench:engine -->", "<!-- /bench:engine -->"];
  const page = readFileSync(performancePage, "utf8");
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${performancePage} lacks the marks ${begin} and ${end}.`);
  const text = `${begin}\n${conditions}\n\n${table}\n`;
  writeFileSync(performancePage, page.slice(0, from) + text + page.slice(to));
}

/** Where and when, for whoever reads the table later. On a busy machine, only processor time says much. */
export function describeConditions(threads: number): string {
  const [processor] = cpus();
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const machine = `${processor?.model.trim()}, ${cpus().length} cores, ${memory}, Linux ${release()}`;
  const software = `llama.cpp ${engineRelease()}, Node.js ${process.versions.node}, commit ${commit}`;
  const compute = `${threads} compute thread${threads === 1 ? "" : "s"} each`;
  const load = `load ${loadavg()[0]?.toFixed(1)} at the start`;
  return `${new Date().toISOString().slice(0, 10)}: ${machine}; ${software}; ${compute}; ${load}.`;
}

function cells(comparison: Comparison): string[] {
  const { what, unit, theirs, ours, target } = comparison;
  const met = target === undefined ? "" : isMet(comparison) ? "yes" : "no";
  const ratio = theirs === 0 ? "" : ratioOf(comparison).toFixed(2);
  return [what, unit, shown(theirs), shown(ours), ratio, targetText(target), met];
}

function targetText(target: Target | undefined): string {
  if (target === undefined) return "";
  return "atLeast" in target ? `≥ ${target.atLeast.toFixed(2)}` : `≤ ${target.atMost.toFixed(2)}`;
}

const shown = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
const rounded = (value: number): number => Number(value.toPrecision(4));
