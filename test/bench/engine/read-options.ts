import { parseArgs } from "node:util";
import { type Bench, parts } from "./parts.ts";

export type PartName = keyof typeof parts;

export interface EngineBenchOptions extends Pick<Bench, "streams" | "rounds"> {
  readonly parts: readonly PartName[];
  /** Undefined: as many as the node gives a model of this size. */
  readonly threads: number | undefined;
  readonly writesMarkdown: boolean;
}

const usage = `npm run bench:engine -- [options]
  --quick              a short run: fewer rounds, 1 and 8 streams
  --only <parts>       of ${Object.keys(parts).join(",")}
  --streams <numbers>  such as 1,4; at most 16
  --rounds <number>    of each throughput measurement
  --threads <number>   compute threads of both
  --markdown           writes the table into docs/PERFORMANCE.md`;

/** Reads the command line; a wrong one ends the program with its usage. */
export function readOptions(args: readonly string[]): EngineBenchOptions {
  try {
    return parse(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

function parse(args: readonly string[]): EngineBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      streams: { type: "string" },
      rounds: { type: "string" },
      threads: { type: "string" },
      markdown: { type: "boolean", default: false },
    },
  });
  const { quick } = values;
  const rounds = quick
    ? { throughput: 2, firstToken: 7, longPrompt: 1 }
    : { throughput: 7, firstToken: 31, longPrompt: 5 };
  const streams = values.streams ?? (quick ? "1,8" : "1,4,8,16");
  return {
    parts: (values.only?.split(",") ?? Object.keys(parts)).map(partName),
    streams: streams.split(",").map((text) => whole(text, 16)),
    rounds: values.rounds === undefined ? rounds : { ...rounds, throughput: whole(values.rounds, 1000) },
    threads: values.threads === undefined ? undefined : whole(values.threads, 1024),
    writesMarkdown: values.markdown,
  };
}

function partName(name: string): PartName {
  if (!Object.hasOwn(parts, name)) throw new Error(`There is no part ${name}.`);
  return name as PartName;
}

function whole(text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) throw new Error(`${text}: a number from 1 to ${most}.`);
  return number;
}
