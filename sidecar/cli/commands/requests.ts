import * as z from "zod";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { RequestRecord } from "../../../contract/mesh/routing.ts";
import { requestsGet, requestsList } from "../../../contract/rpc/routes.ts";
import type { ControlConnection } from "../../client/control-connection.ts";
import type { Command, CommandContext } from "../command.ts";
import { parseFlag } from "../parse-flag.ts";
import { printJson } from "../print-json.ts";
import { csvHeader, csvLine } from "../request-csv.ts";
import { requestLine, requestLines } from "../route-lines.ts";
import { withNode } from "../with-node.ts";

const pageSize = 200;

/** `90s`, `15m`, `2h` or `7d`: that long ago. */
const ageSchema = z
  .string()
  .regex(/^\d+(?:s|m|h|d)$/, "expected a time such as 15m, 2h or 7d")
  .transform((text) => Number(text.slice(0, -1)) * { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 }[text.at(-1) as "s"]);

export const requestsCommand: Command = {
  summary: "List the last requests and where each went, or everything about one. Prompts are not remembered.",
  usage: "[<id>] [--model <name>] [--backend <name>] [--failed] [--since 2h] [--limit 50] [--json | --csv]",
  flags: {
    model: { type: "string" },
    backend: { type: "string" },
    client: { type: "string" },
    failed: { type: "boolean" },
    since: { type: "string" },
    limit: { type: "string" },
    json: { type: "boolean" },
    csv: { type: "boolean" },
  },
  run: async (context) => {
    const [id] = context.positionals;
    return await withNode(context, (connection) =>
      id === undefined ? list(context, connection) : show(context, connection, id),
    );
  },
};

async function show(context: CommandContext, connection: ControlConnection, id: string): Promise<number> {
  const { record } = await connection.request(requestsGet, { id });
  if (record === null) {
    throw new MeshError("invalid_field", { field: "id", problem: "no remembered request has this name" });
  }
  if (context.flags.json === true) context.write(`${printJson(record, 2)}\n`);
  else context.write(`${requestLines(record).join("\n")}\n`);
  return 0;
}

async function list(context: CommandContext, connection: ControlConnection): Promise<number> {
  const { json, csv } = context.flags;
  if (csv === true) context.write(`${csvHeader}\n`);
  const print = (record: RequestRecord): void => {
    // One object a line: an export of any length can be read as it comes.
    if (json === true) context.write(`${printJson(record)}\n`);
    else context.write(`${csv === true ? csvLine(record) : requestLine(record)}\n`);
  };
  let isEmpty = true;
  for await (const record of pages(context, connection)) {
    isEmpty = false;
    print(record);
  }
  if (isEmpty && json !== true && csv !== true) context.note("No request is remembered.\n");
  return 0;
}

async function* pages(context: CommandContext, connection: ControlConnection): AsyncGenerator<RequestRecord> {
  const age = parseFlag(context, "since", ageSchema);
  const { model, backend, client, failed, json, csv } = context.flags;
  const filter = {
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof backend === "string" ? { backend } : {}),
    ...(typeof client === "string" ? { client } : {}),
    ...(age === undefined ? {} : { since: new Date(Date.now() - age).toISOString() }),
    onlyFailed: failed === true,
  };
  // An export is of everything, unless somebody says how much.
  const wanted = parseFlag(context, "limit", z.coerce.number().int().min(1)) ?? (json || csv ? Infinity : 50);
  let before: string | undefined;
  for (let left = wanted; left > 0; ) {
    const limit = Math.min(left, pageSize);
    const cursor = before === undefined ? {} : { before };
    const { records, hasMore } = await connection.request(
      requestsList,
      { ...filter, limit, ...cursor },
      context.signal,
    );
    yield* records;
    left -= records.length;
    before = records.at(-1)?.id;
    if (!hasMore || before === undefined) return;
  }
}
