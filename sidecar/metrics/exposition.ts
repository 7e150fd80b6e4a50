import { type MetricDefinition, type MetricName, metricTable } from "./metric-table.ts";
import type { Sample } from "./series.ts";

/** Prometheus' text format. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** All metrics in the order of their table, as text. One without a sample is declared all the same. */
export function printExposition(samples: Readonly<Record<MetricName, readonly Sample[]>>): string {
  const lines: string[] = [];
  for (const name of Object.keys(metricTable) as MetricName[]) {
    const { help, type, labels }: MetricDefinition = metricTable[name];
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const sample of samples[name]) lines.push(printSample(name, labels, sample));
  }
  return `${lines.join("\n")}\n`;
}

function printSample(name: string, labels: readonly string[], { suffix, values, le, value }: Sample): string {
  const pairs = labels.map((label, index) => `${label}="${escaped(values[index] ?? "")}"`);
  if (le !== undefined) pairs.push(`le="${le}"`);
  return `${name}${suffix ?? ""}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

const escaped = (value: string): string =>
  value.toWellFormed().replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
