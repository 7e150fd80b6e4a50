import type { Thing } from "../../contract/webview/mesh-things.ts";
import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import type { ThingWords } from "../topology/thing-words.ts";

/** A column of the table: what it says of a thing, and by what it is sorted. */
export interface Column {
  readonly id: string;
  readonly title: string;
  readonly isNumber: boolean;
  readonly text: (thing: Thing) => string;
  /** Null is sorted last, whatever the direction. */
  readonly order: (thing: Thing) => string | number | null;
}

export interface Sorting {
  readonly column: string;
  readonly isDescending: boolean;
}

const healthOrder = ["unhealthy", "degraded", "draining", "loading", "unknown", "disabled", "healthy"];

/** Everything that the picture tells of things, one column each. */
export function tableColumns(words: ThingWords): Column[] {
  const { table, metrics, details }: MeshWords = words.words;
  const figure = (name: keyof Thing["figures"], title: string): Column => ({
    id: name,
    title,
    isNumber: true,
    // The heading says what is counted.
    text: ({ figures }) =>
      name === "inFlight" || name === "queued"
        ? words.figures.number(figures[name])
        : words.figures.metric(name, figures),
    order: ({ figures }) => figures[name],
  });
  const word = (id: string, title: string, text: (thing: Thing) => string): Column => ({
    id,
    title,
    isNumber: false,
    text,
    order: text,
  });
  return [
    word("name", table.name, (thing) => words.name(thing)),
    word("kind", details.kind, (thing) => words.kind(thing)),
    {
      ...word("health", details.health, (thing) => words.state(thing)),
      order: ({ health }) => healthOrder.indexOf(health),
    },
    figure("latencyP50Ms", metrics.latencyP50Ms),
    figure("latencyP95Ms", metrics.latencyP95Ms),
    figure("requestsPerSecond", metrics.requestsPerSecond),
    figure("tokensPerSecond", metrics.tokensPerSecond),
    figure("queued", metrics.queued),
    figure("inFlight", details.inFlight),
    figure("errorsPerSecond", details.errors),
    word("privacy", details.privacy, ({ privacy }) => (privacy === null ? "" : words.words.privacy[privacy])),
  ];
}

/** Things in the order of a column. What has no value stays at the end; equals keep their order. */
export function sortThings(things: readonly Thing[], columns: readonly Column[], sorting: Sorting): Thing[] {
  const order = columns.find(({ id }) => id === sorting.column)?.order;
  if (order === undefined) return [...things];
  const sign = sorting.isDescending ? -1 : 1;
  return things.toSorted((a, b) => {
    const [left, right] = [order(a), order(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
  });
}

/** The table as CSV (RFC 4180). Figures are bare numbers; what a spreadsheet would take for a formula is kept text. */
export function tableCsv(things: readonly Thing[], columns: readonly Column[]): string {
  const lines = [columns.map(({ title }) => title)];
  for (const thing of things) {
    lines.push(columns.map(({ isNumber, order, text }) => (isNumber ? String(order(thing) ?? "") : text(thing))));
  }
  return lines.map((line) => `${line.map(csvField).join(",")}\r\n`).join("");
}

function csvField(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+(e[+-]?\d+)?$/i.test(text);
  const inert = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
