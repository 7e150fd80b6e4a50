import * as z from "zod";
import { readJson, versionText } from "./read-json.ts";
import type { Particulars, Question, ServerProgram } from "./server-program.ts";

const systemSchema = z.object({
  backends: z.array(z.unknown()).nullable(),
  loaded_models: z.array(z.unknown()).max(4096).nullable(),
});
const loadedSchema = z.object({ id: z.string() });
const versionSchema = z.object({ version: versionText });

function readSystem(body: Buffer): Particulars | undefined {
  const system = readJson(systemSchema, body);
  if (system === undefined) return undefined;
  const loaded = new Set((system.loaded_models ?? []).map((entry) => loadedSchema.safeParse(entry).data?.id));
  return { describe: ({ id }) => ({ state: loaded.has(id) ? "loaded" : "available" }) };
}

const system: Question = { path: "/system", read: readSystem };

/** Its list has nothing but names; what is loaded, it tells whoever may administer it. It loads what is asked for. */
export const localAi: ServerProgram = {
  id: "localai",
  recognise: ({ models }) => {
    const isBare = models.every(({ ownedBy, createdAt }) => ownedBy === null && createdAt === undefined);
    return models.length > 0 && isBare ? "perhaps" : "no";
  },
  about: [system, { path: "/version", read: (body) => readJson(versionSchema, body) }],
  now: [system],
};
