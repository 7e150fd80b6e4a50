import * as z from "zod";
import { prometheusFigures } from "./prometheus-figures.ts";
import { readJson, versionText } from "./read-json.ts";
import { isOwnedBy, type Question, type ServerProgram } from "./server-program.ts";

const modelSchema = z.object({ is_generation: z.boolean() });
const serverSchema = z.object({ version: versionText });

const readServer: Question["read"] = (body) => readJson(serverSchema, body);

/** Whether its model generates, or makes vectors. */
function readModel(body: Buffer): ReturnType<Question["read"]> {
  const model = readJson(modelSchema, body);
  if (model === undefined) return undefined;
  // What else a model that generates can do is not said.
  return { describe: () => (model.is_generation ? {} : { capabilities: ["embeddings"] }) };
}

/** Its `/health_generate` computes a token, and so is never asked: that is what a probe of the level `generate` is for. */
export const sglang: ServerProgram = {
  id: "sglang",
  recognise: (traces) => isOwnedBy(traces, "sglang"),
  about: [
    { path: "/get_model_info", read: readModel },
    // The same call: its older name, and the one that replaces it.
    { path: "/get_server_info", read: readServer },
    { path: "/server_info", read: readServer },
  ],
  now: [
    prometheusFigures({
      running: ["sglang:num_running_reqs"],
      queue: ["sglang:num_queue_reqs"],
      cacheUse: ["sglang:token_usage"],
    }),
  ],
  health: { path: "/health", unavailable: "loading" },
};
