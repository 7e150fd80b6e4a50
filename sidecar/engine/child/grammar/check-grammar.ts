import { type Llama, LlamaGrammar } from "node-llama-cpp";
import { GrammarCursor } from "./grammar-cursor.ts";
import type { Grammar } from "./grammar-node.ts";
import { printGbnf } from "./print-gbnf.ts";
import { UnsupportedSchema } from "./unsupported-schema.ts";

/** llama.cpp reads about ten million characters in a second; nobody else's answer should wait for that. */
const maxCharacters = 512 * 1024;

/** @throws UnsupportedSchema when no answer could follow the grammar, or llama.cpp does not take it */
export function checkGrammar(grammar: Grammar, llama: Llama): void {
  const printed = printGbnf(grammar);
  if (printed.length > maxCharacters) throw new UnsupportedSchema([], "it is too large");
  try {
    new GrammarCursor(grammar);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnsupportedSchema([], "no value of finite length fits it");
  }
  try {
    new LlamaGrammar(llama, { grammar: printed });
  } catch {
    // Its message names a line of the grammar, which means nothing to whoever wrote the schema.
    throw new UnsupportedSchema([], "llama.cpp does not accept the grammar that it makes");
  }
}
