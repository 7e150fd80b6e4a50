import type { ReportedLoad } from "../../backend.ts";
import type { Question } from "./server-program.ts";

/** The names under which a program counts, older ones too; the first that is there is taken. */
interface MetricNames {
  readonly running: readonly string[];
  readonly queue: readonly string[];
  /** A share, 0 to 1. */
  readonly cacheUse: readonly string[];
}

/** Some numbers of Prometheus' text format. Several engines behind one address are added up. */
export function prometheusFigures({ running, queue, cacheUse }: MetricNames): Question {
  const wanted = new Set([...running, ...queue, ...cacheUse]);
  return {
    path: "/metrics",
    read: (body) => {
      const values = readMetrics(body.toString("utf8"), wanted);
      if (values.size === 0) return undefined;
      const first = (names: readonly string[]): readonly number[] | undefined =>
        names.map((name) => values.get(name)).find((each) => each !== undefined);
      const uses = first(cacheUse);
      const reported: ReportedLoad = {
        running: sum(first(running)),
        queue: sum(first(queue)),
        cacheUse: uses === undefined ? null : Math.min(1, Math.max(0, ...uses)),
      };
      return { describe: () => ({ reported }) };
    },
  };
}

function readMetrics(text: string, names: ReadonlySet<string>): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const line of text.split("\n")) {
    const end = line.search(/[{ ]/);
    const name = end < 0 ? "" : line.slice(0, end);
    if (!names.has(name)) continue;
    const value = Number(/^(?:\{[^}]*\})?\s+(\S+)/.exec(line.slice(end))?.[1] ?? Number.NaN);
    if (!Number.isFinite(value) || value < 0) continue;
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

const sum = (values: readonly number[] | undefined): number | null =>
  values === undefined ? null : Math.round(values.reduce((total, value) => total + value, 0));
