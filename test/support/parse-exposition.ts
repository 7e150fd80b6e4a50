export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const helpLine = new RegExp(`^# HELP (${metricName}) (?:[^\\\\]|\\\\\\\\|\\\\n)*$`);
const typeLine = new RegExp(`^# TYPE (${metricName}) (counter|gauge|histogram)$`);
const sampleLine = new RegExp(`^(${metricName})(?:\\{(.*)\\})? ([-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf)|NaN)$`, "s");
const labelPair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/;

/**
 * Prometheus' text format, as strictly as its own reader: each family is declared once, before its samples and apart from
 * others; names, labels and escapes follow the grammar; no sample comes twice; histograms rise to a +Inf that is their count.
 *
 * @throws Error with the line that is wrong
 */
export function parseExposition(text: string): ParsedSample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const types = new Map<string, string>();
  const samples: ParsedSample[] = [];
  const seen = new Set<string>();
  let family = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const help = helpLine.exec(line)?.[1];
    if (help !== undefined) {
      if (types.has(help)) throw new Error(`${help} is declared twice`);
      family = help;
      types.set(help, "");
      continue;
    }
    const [, typed, type] = typeLine.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      if (typed !== family) throw new Error(`a type without its help: ${line}`);
      types.set(typed, type);
      continue;
    }
    const sample = parseSample(line);
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    const base = types.get(family) === "histogram" ? sample.name.replace(/_(?:bucket|sum|count)$/, "") : sample.name;
    if (base !== family) throw new Error(`a sample outside its family: ${line}`);
    if (types.get(family) === "counter" && !(sample.value >= 0)) throw new Error(`a counter below zero: ${line}`);
    samples.push(sample);
  }
  for (const [name, type] of types) if (type === "histogram") checkHistogram(name, samples);
  return samples;
}

function parseSample(line: string): ParsedSample {
  const [, name, labelText = "", number] = sampleLine.exec(line) ?? [];
  if (name === undefined || number === undefined) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = labelText; rest !== ""; ) {
    const [whole, label, value] = labelPair.exec(rest) ?? [];
    if (whole === undefined || label === undefined || value === undefined) throw new Error(`no labels: ${line}`);
    if (Object.hasOwn(labels, label)) throw new Error(`one label twice: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_all, character: string) => (character === "n" ? "\n" : character));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: number.endsWith("Inf") ? Number.POSITIVE_INFINITY : Number(number) };
}

function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const groups = new Map<string, { buckets: [number, number][]; count: number | undefined }>();
  for (const { name: sample, labels, value } of samples) {
    if (![`${name}_bucket`, `${name}_count`].includes(sample)) continue;
    const { le, ...others } = labels;
    const key = JSON.stringify(others);
    const group = groups.get(key) ?? { buckets: [], count: undefined };
    groups.set(key, group);
    if (le === undefined) group.count = value;
    else group.buckets.push([le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le), value]);
  }
  for (const { buckets, count } of groups.values()) {
    const isRising = buckets.every(([bound, value], index) => {
      const [before, below] = buckets[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
      return bound > before && value >= below;
    });
    const [last, total] = buckets.at(-1) ?? [];
    if (!isRising || last !== Number.POSITIVE_INFINITY || total !== count) throw new Error(`${name} is no histogram`);
  }
}
