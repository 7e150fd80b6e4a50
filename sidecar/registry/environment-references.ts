// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references of a configuration, not templates.
import { type Document, isScalar, type Scalar, visit } from "yaml";

/** `${NAME}` or `${NAME:-default}`; what stands in a default is text, without references of its own. */
const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/;
/** Shorter values say nothing, and would be found everywhere. */
const leastScrubbed = 3;

/** A reference that cannot be resolved, and where its scalar begins in the text. */
export class ReferenceProblem extends Error {
  readonly offset: number;

  constructor(problem: string, node: Scalar) {
    super(problem);
    this.offset = node.range?.[0] ?? 0;
  }
}

export interface ResolvedDocument {
  readonly document: Document;
  /** Puts the variables' names where their values stand: for words about a document. */
  readonly scrub: (words: string) => string;
}

/**
 * A copy of a document with the environment's values in its strings; keys and the document itself stay as they are written.
 * An unquoted scalar that is one reference becomes what its text is in YAML, so that numbers and switches can be set;
 * no value can bring structure with it.
 *
 * @throws ReferenceProblem
 */
export function resolveReferences(written: Document, env: NodeJS.ProcessEnv): ResolvedDocument {
  const values = new Map<string, string>();
  const document = written.clone();
  visit(document, {
    Scalar: (key, node) => {
      const { value } = node;
      if (key === "key" || typeof value !== "string" || !value.includes("${")) return;
      const text = resolveText(value, (name, fallback) => {
        const found = env[name];
        if (found !== undefined && (found !== "" || fallback === undefined)) {
          values.set(name, found);
          return found;
        }
        if (fallback !== undefined) return fallback;
        throw new ReferenceProblem(`the environment variable ${name} is not set; \${${name}:-…} gives a default`, node);
      });
      if (text === undefined) {
        throw new ReferenceProblem(
          "'${' begins a reference such as ${NAME} or ${NAME:-default}; '$${' is the text",
          node,
        );
      }
      const isWhole = node.type === "PLAIN" && reference.exec(value)?.[0] === value;
      node.value = isWhole ? typed(text) : text;
    },
  });
  return { document, scrub: (words) => scrub(words, values) };
}

/** Whether a written value takes something from the environment. */
export const hasReference = (node: unknown): boolean =>
  isScalar(node) && typeof node.value === "string" && /(?<!\$)\$\{/.test(node.value);

/** Undefined when a reference is not written as one. */
function resolveText(text: string, lookUp: (name: string, fallback: string | undefined) => string): string | undefined {
  let resolved = "";
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("${", at);
    if (next < 0) return resolved + text.slice(at);
    if (next > at && text[next - 1] === "$") {
      resolved += `${text.slice(at, next - 1)}\${`;
      at = next + 2;
      continue;
    }
    const found = reference.exec(text.slice(next));
    if (found?.[1] === undefined) return undefined;
    resolved += text.slice(at, next) + lookUp(found[1], found[2]);
    at = next + found[0].length;
  }
  return resolved;
}

function typed(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

function scrub(words: string, values: ReadonlyMap<string, string>): string {
  // The longest first: one value may be a part of another.
  const found = [...values].filter(([, value]) => value.length >= leastScrubbed);
  found.sort(([, a], [, b]) => b.length - a.length);
  return found.reduce((text, [name, value]) => text.replaceAll(value, `\${${name}}`), words);
}
