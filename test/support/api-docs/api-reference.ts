import * as z from "zod";
import { type ErrorCode, errorCatalogue } from "../../../contract/errors/catalogue.ts";
import { advertisedModelSchema, modelPlaceSchema } from "../../../contract/mesh/advertised-model.ts";
import { privacyLabelSchema } from "../../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../../contract/mesh/routing.ts";
import { usageSchema } from "../../../contract/openai/chat.ts";
import { apiCalls } from "./api-calls.ts";
import { type FieldRow, fieldRows } from "./field-rows.ts";

/** Cells may hold anything but lines of their own. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`)
    .join("\n");

const scopeWords = (scope: string | null): string =>
  scope === null ? "no key" : scope === "any" ? "any key" : `\`${scope}\``;

function pathTable(): string {
  const rows = apiCalls.map(({ method, path, scope, what }) => [`\`${method} ${path}\``, scopeWords(scope), what]);
  return table(["call", "scope of the key", "what"], rows);
}

function headerTable(): string {
  const names = (options: readonly string[]): string => options.map((name) => `\`${name}\``).join(", ");
  return table(
    ["request header", "values", "what"],
    [
      [
        "`x-mesh-privacy`",
        names(privacyLabelSchema.options),
        "how far this request may travel. The tightest of all limits holds, whatever fails",
      ],
      [
        "`x-mesh-strategy`",
        names(strategyIdSchema.options),
        "how its place is chosen; [docs/FILES.md](FILES.md) tells what each does",
      ],
      [
        "`x-mesh-priority`",
        "`interactive`, `background`",
        "`background` waits behind people's requests; default: `interactive`",
      ],
      ["`x-mesh-path`", "node ids", "set by nodes: whom the request has passed"],
    ],
  );
}

function fieldTable(rows: readonly FieldRow[]): string {
  const cells = rows.map(({ path, isRequired, type, note }) => [
    `\`${path}\`${isRequired ? ", required" : ""}`,
    type,
    note,
  ]);
  return table(["field", "what it may be", "notes"], cells);
}

function requestTables(): string {
  return apiCalls
    .flatMap(({ method, path, body }) =>
      body === undefined ? [] : [`### ${method} ${path}\n\n${fieldTable(fieldRows(body))}`],
    )
    .join("\n\n");
}

function answerTables(): string {
  const parts = [
    ["`places` of a model, each place", modelPlaceSchema],
    ["`mesh` of a model, for other nodes", advertisedModelSchema],
    ["`usage` of chat completions", usageSchema],
  ] as const;
  return parts.map(([title, schema]) => `### ${title}\n\n${fieldTable(fieldRows(schema))}`).join("\n\n");
}

/** An error's sentences with `{name}` where a parameter goes. Those that only choose between sentences are left out. */
function sentencesOf(code: ErrorCode): string {
  const entry = errorCatalogue[code];
  const placeholders = Object.entries(entry.params.shape).flatMap(([name, schema]: [string, z.ZodType]) => {
    const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    if (inner instanceof z.ZodBoolean) return [];
    return [[name, inner instanceof z.ZodArray ? [`{${name}}`] : `{${name}}`] as const];
  });
  // Each entry knows its own parameters only; a union of functions takes none of them.
  const { message, nextStep } = entry as unknown as Record<"message" | "nextStep", (params: object) => string>;
  const params = Object.fromEntries(placeholders);
  return `${message(params)} *${nextStep(params)}*`.replaceAll("<", "\\<");
}

function errorTable(): string {
  const rows = (Object.keys(errorCatalogue) as ErrorCode[]).map((code) => {
    const { httpStatus, type, retryable } = errorCatalogue[code];
    return [`\`${code}\``, String(httpStatus), `\`${type}\``, retryable ? "yes" : "", sentencesOf(code)];
  });
  return table(["code", "status", "type", "may succeed later", "message, and the next step"], rows);
}

const parts: Readonly<Record<string, () => string>> = {
  paths: pathTable,
  headers: headerTable,
  requests: requestTables,
  answers: answerTables,
  errors: errorTable,
};

/**
 * The text of docs/API.md with every generated part made anew. Such a part stands between two marks; all around it is
 * written by hand, and stays.
 *
 * @throws Error where a part has no place in the text
 */
export function withReference(text: string): string {
  let result = text;
  for (const [name, write] of Object.entries(parts)) {
    const begin = `<!-- generated: ${name} -->`;
    const end = `<!-- end: ${name} -->`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end);
    if (from === -1 || to < from) throw new Error(`docs/API.md has no place for '${name}'.`);
    result = `${result.slice(0, from + begin.length)}\n${write()}\n${result.slice(to)}`;
  }
  return result;
}
