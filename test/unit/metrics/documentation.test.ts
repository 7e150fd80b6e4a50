import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { type MetricDefinition, metricTable } from "../../../sidecar/metrics/metric-table.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../../docs/METRICS.md"), "utf8");
const definitions = Object.entries<MetricDefinition>(metricTable);

it("lists every metric with its type, labels and meaning, and no other", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(
    definitions.map(([name, { type, labels, help }]) => {
      const named = labels.map((label) => `\`${label}\``).join(", ");
      return `| \`${name}\` | ${type} | ${named === "" ? "–" : named} | ${help} |`;
    }),
  );
});

it("is of names and bounds as Prometheus wants them", () => {
  for (const [name, { type, buckets = [], labels, help }] of definitions) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(type === "counter").toBe(name.endsWith("_total"));
    expect(type === "histogram").toBe(buckets.length > 0);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(new Set(labels).size).toBe(labels.length);
    expect(help).toMatch(/^[A-Z0-9][^\n\\|]*\.$/);
  }
});
