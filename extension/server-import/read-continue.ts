import * as z from "zod";
import type { Translate } from "../platform/translate.ts";
import { type Findings, findingsOf, type WrittenServer } from "./found-server.ts";
import { parseHostile } from "./parse-hostile.ts";

const text = z.string().max(8192);
const modelSchema = z.object({
  provider: text,
  name: text.optional(),
  title: text.optional(),
  model: text.optional(),
  apiBase: text.optional(),
  apiKey: text.optional(),
});
const fileSchema = z.object({ models: z.array(z.unknown()).max(10_000) });
/** Parts of the older JSON form that name one server each. */
const singleSchema = z.object({ tabAutocompleteModel: z.unknown(), embeddingsProvider: z.unknown() }).partial();

/** Reads Continue's `config.yaml`, or the `config.json` of its older versions. Undefined when it is neither. */
export function readContinue(content: string, source: string, t: Translate): Findings | undefined {
  const value = parseHostile(content);
  const file = fileSchema.safeParse(value);
  if (!file.success) return undefined;
  const singles = Object.values(singleSchema.safeParse(value).data ?? {});
  const models = [...file.data.models, ...singles].flatMap((each) => modelSchema.safeParse(each).data ?? []);
  const written = models.map(
    ({ provider, name, title, model, apiBase, apiKey }): WrittenServer => ({
      provider,
      url: apiBase ?? null,
      label: name ?? title ?? model ?? provider,
      key: apiKey ?? null,
    }),
  );
  return findingsOf(written, source, t);
}
