import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { cleanText } from "../platform/clean-text.ts";
import { errorReason } from "../platform/error-reason.ts";
import { type Configuration, configurationSchema } from "./configuration.ts";
import { hasReference, ReferenceProblem, resolveReferences } from "./environment-references.ts";

export interface ParsedConfiguration {
  readonly configuration: Configuration;
  /** As it is written: references to the environment stay what they are. */
  readonly document: Document;
}

export interface ConfigurationSource {
  /** Named in errors. */
  readonly path: string;
  /** Where `${NAME}` comes from. */
  readonly env: NodeJS.ProcessEnv;
}

/** Under these names people would write a key down; it does not belong into this file. */
const secretNames = new Set(["key", "apiKey", "api_key", "api-key", "token", "password", "secret", "authorization"]);

/** What a text means, and the document that can be edited. @throws MeshError `configuration_invalid` with the place */
export function parseConfiguration(text: string, { path, env }: ConfigurationSource): ParsedConfiguration {
  const lines = new LineCounter();
  const invalid: Invalid = (words, offset, cause) => {
    // A name in the file may hold anything, and the problem is one line of a log.
    const problem = cleanText(words);
    if (offset === null) return new MeshError("configuration_invalid", { path, problem }, { cause });
    const { line, col: column } = lines.linePos(offset);
    const place = `${problem} at line ${line}, column ${column}`;
    return new MeshError("configuration_invalid", { path, problem: place, line, column }, { cause });
  };
  const document = parseYaml(text, lines, invalid);
  const misplaced = misplacedSetting(document);
  if (misplaced !== undefined) throw invalid(misplaced.problem, misplaced.offset);
  const { content, scrub } = readContent(document, env, invalid);
  const parsed = configurationSchema.safeParse(content);
  if (parsed.success) return { configuration: parsed.data, document };
  const [issue] = parsed.error.issues;
  const words = `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "not valid"}`;
  throw invalid(scrub(words), issue === undefined ? null : offsetOf(document, issue));
}

const tooDeep = "it is nested too deeply";
/** Far beyond what the settings need, quoted brackets included. */
const maxOpenBrackets = 500;

/** The parser takes seconds for a hundred thousand open brackets, in which no answer would go on. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === "[" || bracket === "{" ? 1 : -1;
    if (open > maxOpenBrackets) return true;
    if (open < 0) open = 0;
  }
  return false;
}

type Invalid = (problem: string, offset: number | null, cause?: unknown) => MeshError;

function parseYaml(text: string, lineCounter: LineCounter, invalid: Invalid): Document {
  if (isTooDeep(text)) throw invalid(tooDeep, null);
  let document: Document;
  try {
    // Its warnings quote the file, and there is nobody to read them.
    document = parseDocument(text, { prettyErrors: false, lineCounter, logLevel: "error" });
  } catch (cause) {
    throw invalid(cause instanceof RangeError ? tooDeep : errorReason(cause), null, cause);
  }
  const [syntax] = document.errors;
  if (syntax) throw invalid(syntax.message.split("\n", 1)[0] ?? "not YAML", syntax.pos[0], syntax);
  return document;
}

function readContent(
  written: Document,
  env: NodeJS.ProcessEnv,
  invalid: Invalid,
): { readonly content: unknown; readonly scrub: (words: string) => string } {
  try {
    const { document, scrub } = resolveReferences(written, env);
    return { content: document.toJS() ?? {}, scrub };
  } catch (cause) {
    if (cause instanceof ReferenceProblem) throw invalid(cause.message, cause.offset, cause);
    if (cause instanceof RangeError) throw invalid(tooDeep, null, cause);
    // Aliases are resolved only now: one may lack its anchor, or they may multiply without bound.
    throw invalid(errorReason(cause), guiltyAlias(written), cause);
  }
}

/** What would be understood, but must not be here: keys, and names that others hang on and that would change with a variable. */
function misplacedSetting(document: Document): { readonly problem: string; readonly offset: number } | undefined {
  const backends = isMap(document.contents) ? document.contents.get("backends", true) : undefined;
  if (!isSeq(backends)) return undefined;
  for (const [index, entry] of backends.items.entries()) {
    if (!isMap(entry)) continue;
    for (const { key, value } of entry.items) {
      if (!isScalar(key)) continue;
      const name = String(key.value);
      const offset = key.range?.[0] ?? 0;
      if (secretNames.has(name)) {
        const id = entry.get("id");
        const step = `inference-mesh backends edit ${typeof id === "string" ? id : "<id>"} --key-stdin`;
        return {
          problem: `backends.${index}.${name}: keys are not kept in this file; take it out and run ${step}`,
          offset,
        };
      }
      if (name === "id" && hasReference(value)) {
        const problem = `backends.${index}.id: an id cannot come from the environment: keys and drains hang on it`;
        return { problem, offset };
      }
    }
  }
  return undefined;
}

function guiltyAlias(document: Document): number | null {
  let first: number | null = null;
  let unresolved: number | null = null;
  visit(document, {
    Alias: (_key, node) => {
      first ??= node.range?.[0] ?? null;
      if (unresolved === null && node.resolve(document) === undefined) unresolved = node.range?.[0] ?? null;
    },
  });
  return unresolved ?? first;
}

/** Where the problem stands: the value, the key that nobody knows, or the nearest that is written. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number | null {
  const isUnknownKey = issue.code === "unrecognized_keys";
  const path = isUnknownKey ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, name] of path.entries()) {
    if (isAlias(node)) break;
    if (isSeq(node)) node = node.items[Number(name)];
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(name));
      const isKeyMeant = isUnknownKey && depth === path.length - 1;
      offset = startOf(pair?.key) ?? offset;
      node = isKeyMeant ? undefined : pair?.value;
    } else break;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

const startOf = (node: unknown): number | null => (isNode(node) ? (node.range?.[0] ?? null) : null);
