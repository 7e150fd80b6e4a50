import * as z from "zod";
import { prometheusFigures } from "./prometheus-figures.ts";
import { readJson, versionText } from "./read-json.ts";
import { isOwnedBy, type ServerProgram } from "./server-program.ts";

const versionSchema = z.object({ version: versionText });

/** Listens only when it has loaded its model, and tells its context in the list (`max_model_len`). */
export const vllm: ServerProgram = {
  id: "vllm",
  recognise: (traces) => isOwnedBy(traces, "vllm"),
  about: [{ path: "/version", read: (body) => readJson(versionSchema, body) }],
  now: [
    prometheusFigures({
      running: ["vllm:num_requests_running"],
      queue: ["vllm:num_requests_waiting"],
      cacheUse: ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"],
    }),
  ],
  // Its list is answered also when its engine is dead.
  health: { path: "/health", unavailable: "broken" },
};
