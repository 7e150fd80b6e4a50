import * as z from "zod";
import { prometheusFigures } from "./prometheus-figures.ts";
import { readJson, tokenCount, versionText } from "./read-json.ts";
import { isOwnedBy, type Particulars, type ServerProgram } from "./server-program.ts";

const slotsSchema = z
  .array(z.object({ is_processing: z.boolean() }))
  .min(1)
  .max(4096);

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: tokenCount.optional().catch(undefined) }),
  total_slots: z.number().int().min(1).max(4096).optional().catch(undefined),
  build_info: versionText.optional().catch(undefined),
});

/** The list of its slots. What they hold, prompts among it, is dropped unread. */
function readSlots(body: Buffer): Particulars | undefined {
  const slots = readJson(slotsSchema, body);
  if (slots === undefined) return undefined;
  const running = slots.filter((slot) => slot.is_processing).length;
  return { describe: () => ({ reported: { running, queue: null, cacheUse: null }, capacity: slots.length }) };
}

function readProps(body: Buffer): Particulars | undefined {
  const props = readJson(propsSchema, body);
  if (props === undefined) return undefined;
  const { default_generation_settings: settings, total_slots: capacity, build_info: version } = props;
  return {
    ...(version === undefined ? {} : { version }),
    describe: () => ({
      ...(settings.n_ctx === undefined ? {} : { contextTokens: settings.n_ctx }),
      ...(capacity === undefined ? {} : { capacity }),
    }),
  };
}

/** llama.cpp's llama-server. While it loads it answers its list with 503 (`isLoadingAnswer`). */
export const llamaCpp: ServerProgram = {
  id: "llama.cpp",
  recognise: (traces) => (traces.headers.get("server") === "llama.cpp" ? "yes" : isOwnedBy(traces, "llamacpp")),
  about: [{ path: "/props", read: readProps }],
  now: [
    // Either may have been switched off.
    { path: "/slots", read: readSlots },
    prometheusFigures({
      running: ["llamacpp:requests_processing"],
      queue: ["llamacpp:requests_deferred"],
      cacheUse: ["llamacpp:kv_cache_usage_ratio"],
    }),
  ],
};
