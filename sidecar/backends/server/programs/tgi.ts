import * as z from "zod";
import { prometheusFigures } from "./prometheus-figures.ts";
import { readJson, tokenCount, versionText } from "./read-json.ts";
import type { Particulars, ServerProgram } from "./server-program.ts";

const infoSchema = z.object({
  model_id: z.string().max(256),
  model_sha: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .nullish()
    .catch(undefined),
  model_dtype: z
    .string()
    .regex(/^[\w.-]{1,32}$/)
    .nullish()
    .catch(undefined),
  max_total_tokens: tokenCount,
  max_concurrent_requests: z.number().int().min(1).max(100_000).optional().catch(undefined),
  version: versionText.optional().catch(undefined),
});

function readInfo(body: Buffer): Particulars | undefined {
  const info = readJson(infoSchema, body);
  if (info === undefined) return undefined;
  const { model_id, model_sha, model_dtype, max_total_tokens: contextTokens, max_concurrent_requests: capacity } = info;
  // The same revision in other numbers is something else.
  const artifact = model_sha ? `hf:${model_id}@${model_sha}${model_dtype ? `+${model_dtype}` : ""}` : undefined;
  return {
    ...(info.version === undefined ? {} : { version: info.version }),
    describe: ({ id }) => ({
      contextTokens,
      ...(capacity === undefined ? {} : { capacity }),
      ...(artifact === undefined || id !== model_id || artifact.length > 256 ? {} : { artifact }),
    }),
  };
}

/** Text Generation Inference: one model, which it says belongs to itself. */
export const tgi: ServerProgram = {
  id: "tgi",
  recognise: ({ models }) => {
    const [only, ...others] = models;
    const isOwn = only !== undefined && others.length === 0 && only.ownedBy === only.id && only.createdAt === 0;
    return isOwn ? "perhaps" : "no";
  },
  about: [{ path: "/info", read: readInfo }],
  now: [prometheusFigures({ running: ["tgi_batch_current_size"], queue: ["tgi_queue_size"], cacheUse: [] })],
  // Its list is answered also when its workers are dead.
  health: { path: "/health", unavailable: "broken" },
};
