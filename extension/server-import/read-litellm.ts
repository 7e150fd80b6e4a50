import * as z from "zod";
import type { Translate } from "../platform/translate.ts";
import { type Findings, findingsOf, type WrittenServer } from "./found-server.ts";
import { parseHostile } from "./parse-hostile.ts";

const text = z.string().max(8192);
const modelSchema = z.object({
  model_name: text,
  litellm_params: z.object({
    model: text,
    custom_llm_provider: text.optional(),
    api_base: text.optional(),
    api_key: text.optional(),
  }),
});
const fileSchema = z.object({ model_list: z.array(z.unknown()).max(10_000) });

/** Reads the `config.yaml` of LiteLLM's proxy: the servers behind it. Undefined when it is something else. */
export function readLiteLlm(content: string, source: string, t: Translate): Findings | undefined {
  const file = fileSchema.safeParse(parseHostile(content));
  if (!file.success) return undefined;
  const models = file.data.model_list.flatMap((each) => modelSchema.safeParse(each).data ?? []);
  const written = models.map(({ model_name, litellm_params: { model, ...params } }): WrittenServer => {
    // `provider/name`; a name alone is OpenAI's.
    const provider = params.custom_llm_provider ?? (model.includes("/") ? (model.split("/")[0] ?? "") : "openai");
    return { provider, url: params.api_base ?? null, label: model_name, key: params.api_key ?? null };
  });
  return findingsOf(written, source, t);
}
