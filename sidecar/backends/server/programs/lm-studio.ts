import * as z from "zod";
import type { ModelCapability } from "../../../../contract/mesh/model-capability.ts";
import { readJson, tokenCount } from "./read-json.ts";
import { isOwnedBy, type ModelParticulars, type Particulars, type ServerProgram } from "./server-program.ts";

const modelSchema = z.object({
  id: z.string(),
  type: z.string().optional().catch(undefined),
  state: z.enum(["loaded", "not-loaded", "loading"]).optional().catch(undefined),
  max_context_length: tokenCount.optional().catch(undefined),
  loaded_context_length: tokenCount.optional().catch(undefined),
  capabilities: z.array(z.unknown()).max(64).optional().catch(undefined),
});
const listSchema = z.object({ data: z.array(z.unknown()).max(4096) });

/** By what LM Studio calls a kind of model. */
const abilities: Readonly<Record<string, readonly ModelCapability[]>> = {
  llm: ["chat"],
  vlm: ["chat", "vision"],
  embeddings: ["embeddings"],
};

const states = { loaded: "loaded", "not-loaded": "available", loading: "loading" } as const;

function readModels(body: Buffer): Particulars | undefined {
  const list = readJson(listSchema, body);
  if (list === undefined) return undefined;
  const entries = list.data.map((entry) => modelSchema.safeParse(entry).data).filter((entry) => entry !== undefined);
  const known = new Map(entries.map((entry) => [entry.id, particularsOf(entry)]));
  return { describe: ({ id }) => known.get(id) ?? {} };
}

function particularsOf(entry: z.infer<typeof modelSchema>): ModelParticulars {
  const { type = "", state, capabilities } = entry;
  const contextTokens = entry.loaded_context_length ?? entry.max_context_length;
  const able = Object.hasOwn(abilities, type) ? (abilities[type] ?? []) : undefined;
  const hasTools = capabilities?.includes("tool_use") === true;
  return {
    ...(state === undefined ? {} : { state: states[state] }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(able === undefined ? {} : { capabilities: hasTools ? [...able, "tools"] : able }),
  };
}

/** Lists all models that it has, loaded or not, and loads what is asked for. Its own API says which is which. */
export const lmStudio: ServerProgram = {
  id: "lm-studio",
  recognise: (traces) => isOwnedBy(traces, "organization_owner"),
  now: [{ path: "/api/v0/models", read: readModels }],
};
