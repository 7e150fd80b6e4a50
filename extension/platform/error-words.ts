import { type ErrorButton, type ErrorCode, errorCatalogue } from "../../contract/errors/catalogue.ts";
import type { MeshError } from "../../contract/errors/mesh-error.ts";
import { plainText } from "./plain-text.ts";
import type { Translate } from "./translate.ts";

export interface ErrorWords {
  readonly message: string;
  readonly nextStep: string;
  readonly button: ErrorButton | undefined;
}

/** Next steps that read differently in an editor, where there are buttons instead of a command line. */
const inEditor: Partial<Record<ErrorCode, string>> = {
  node_start_failed: "The log holds the details.",
  node_not_running: "Start the node.",
  node_in_use: "Close the other windows first, or stop the node for all of them.",
  engine_start_failed: "The log holds the details.",
  missing_key: "Copy the gateway's key, and send it as a bearer token.",
  wrong_key: "Copy the gateway's key again.",
  configuration_invalid: "Correct it, then start the node again.",
  folder_unwritable: "Make the folder writable, or free some space.",
  model_loaded: "Unload it first, or delete it anyway.",
  privacy_forbids:
    "Use a model that is nearer. The limit comes from this workspace's .inference-mesh.json, from the alias, or from the node's configuration.",
  backend_credentials: "Give it another key.",
  backend_key_elsewhere: "Give it its key anew.",
  backend_exists: "Take another name.",
  backend_invalid: "Correct that.",
  backend_not_trusted: "Look at it again.",
  model_in_use: "Wait until it has answered, or unload it anyway.",
};

/** An error's parameters, cleaned: names and paths in them are other people's text. */
const maxParameterCharacters = 200;

/** What a person reads of an error, in the editor's language. */
export function errorWords(error: MeshError, t: Translate): ErrorWords {
  const { message, nextStep } = errorTemplates(error.code, error.params);
  const values = Object.fromEntries(
    Object.entries(error.params).map(([name, value]) => {
      const text = Array.isArray(value) ? value.slice(0, 8).join(", ") || "–" : String(value);
      return [name, plainText(text, maxParameterCharacters)];
    }),
  );
  return { message: t(message, values), nextStep: t(nextStep, values), button: errorCatalogue[error.code].button };
}

/**
 * The catalogue's sentences with `{name}` where a parameter goes: the keys by which translations are found. Flags have no
 * place in a sentence, they choose between sentences: theirs are taken from the error's own parameters.
 */
export function errorTemplates(code: ErrorCode, params: object = {}): { message: string; nextStep: string } {
  // Each entry knows its own parameters only; a union of functions takes none of them.
  const entry = errorCatalogue[code] as unknown as {
    message(params: object): string;
    nextStep(params: object): string;
  };
  const flags = new Set(errorFlags(code));
  const placeholders = Object.fromEntries(
    Object.entries(shapeOf(code))
      .filter(([name]) => !flags.has(name))
      .map(([name, schema]) => [name, schema.type === "array" ? [`{${name}}`] : `{${name}}`]),
  );
  const chosen = Object.fromEntries(Object.entries(params).filter(([name]) => flags.has(name)));
  const values = { ...placeholders, ...chosen };
  return { message: entry.message(values), nextStep: inEditor[code] ?? entry.nextStep(values) };
}

/** The names of an error's parameters that are true or false. */
export function errorFlags(code: ErrorCode): string[] {
  return Object.entries(shapeOf(code))
    .filter(([, schema]) => (schema.def.innerType ?? schema).type === "boolean")
    .map(([name]) => name);
}

interface ParameterSchema {
  readonly type: string;
  readonly def: { readonly innerType?: { readonly type: string } };
}

const shapeOf = (code: ErrorCode): Record<string, ParameterSchema> =>
  errorCatalogue[code].params.shape as unknown as Record<string, ParameterSchema>;
