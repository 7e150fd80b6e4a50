import * as z from "zod";
import { readJson, versionText } from "./read-json.ts";
import type { Particulars, ServerProgram } from "./server-program.ts";

const healthSchema = z.object({
  service: z.string().regex(/^continuum[-_ ]?router$/i),
  version: versionText.optional().catch(undefined),
});

function readHealth(body: Buffer): Particulars | undefined {
  const health = readJson(healthSchema, body);
  if (health === undefined) return undefined;
  return health.version === undefined ? {} : { version: health.version };
}

/**
 * Continuum Router. Its list is that of the servers behind it, so only its `/health`, which needs no key, says who it is:
 * asked of what was added as a router alone. Its `/admin` is for those who administer it.
 */
export const continuumRouter: ServerProgram = {
  id: "continuum-router",
  recognise: () => "perhaps",
  about: [{ path: "/health", read: readHealth }],
};
