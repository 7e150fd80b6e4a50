import * as z from "zod";
import { readJson, versionText } from "./read-json.ts";
import { isOwnedBy, type ServerProgram } from "./server-program.ts";

/** It says of every model that it was made in this second. */
const createdAt = 1_677_610_602;

const aliveSchema = z.literal("I'm alive!");
const readinessSchema = z.object({ litellm_version: versionText });

/** LiteLLM's proxy. Its models are whatever is behind it, of which it tells no more than the names. */
export const liteLlm: ServerProgram = {
  id: "litellm",
  recognise: (traces) => {
    const isLikely = traces.models.every((model) => model.createdAt === createdAt);
    return isLikely && isOwnedBy(traces, "openai") === "yes" ? "perhaps" : "no";
  },
  about: [
    {
      path: "/health/liveliness",
      read: (body) => (readJson(aliveSchema, body) === undefined ? undefined : {}),
    },
    { path: "/health/readiness", read: (body) => readVersion(body) },
  ],
};

/** Some versions of it keep their number to themselves. */
function readVersion(body: Buffer) {
  const ready = readJson(readinessSchema, body);
  return ready === undefined ? undefined : { version: ready.litellm_version };
}
