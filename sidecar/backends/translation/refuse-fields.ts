import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { TranslatableChat } from "../../../contract/openai/translatable-chat.ts";

type Field = keyof TranslatableChat;

/** Values of a field that ask for nothing, so that leaving them out changes no answer. */
const idle: { readonly [field in Field]?: (value: never) => boolean } = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  presence_penalty: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  repeat_penalty: (value) => value === 1,
  min_p: (value) => value === 0,
  logit_bias: (value) => Object.keys(value).length === 0,
  chat_template_kwargs: (value) => Object.keys(value).length === 0,
};

/**
 * Refuses what a dialect has no words for, unless its value asks for nothing.
 *
 * @throws MeshError `unsupported_field`
 */
export function refuseFields(request: Partial<TranslatableChat>, fields: readonly Field[]): void {
  for (const field of fields) {
    const value = request[field];
    if (value === undefined || value === null || idle[field]?.(value as never) === true) continue;
    throw new MeshError("unsupported_field", { field });
  }
}

/** A field that is known, with a value that has no translation. */
export const unsupportedValue = (field: string, problem: string): MeshError =>
  new MeshError("unsupported_field", { field, problem });
