import * as z from "zod";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { BackendModel } from "../backend.ts";

/** A model as a server lists it, before this node adds what it knows itself. */
export type ListedModel = Omit<BackendModel, "health" | "reason" | "openRequests" | "waitingRequests"> & {
  /** Whose it is, where the server says so: its program shows in this. */
  readonly ownedBy: string | null;
  /** When it was made, as the server has it, in seconds; left out where nothing is said. */
  readonly createdAt?: number;
};

/** A model list is hostile: more than this of it is not read. */
export const maxListBytes = 4 * 1024 * 1024;
const maxModels = 4096;

const tokens = z.number().int().min(1).max(1e9).optional().catch(undefined);
/** No name that could not be sent, shown or typed. Others are other people's text too, but whole. */
export const hostileName = z
  .string()
  .min(1)
  .max(256)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names with these are refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$/)
  // Half a character has no bytes: it could be neither sent nor put into an address.
  .refine((name) => name.isWellFormed());
const entrySchema = z.object({
  id: hostileName,
  owned_by: z.string().max(256).optional().catch(undefined),
  created: z.number().optional().catch(undefined),
  /** vLLM, SGLang. */
  max_model_len: tokens,
  /** OpenRouter, LM Studio and others. */
  context_length: tokens,
  /** llama-server. */
  meta: z.object({ n_ctx: tokens, n_ctx_train: tokens }).optional().catch(undefined),
  /** llama-server with several models. */
  status: z
    .object({ value: z.enum(["unloaded", "loading", "loaded"]) })
    .optional()
    .catch(undefined),
});
const states = { unloaded: "available", loading: "loading", loaded: "loaded" } as const;
const listSchema = z.object({ data: z.array(z.unknown()) });

/** The entries of `GET /v1/models` that are ones, each id once. @throws MeshError `backend_protocol` */
export function readEntries(
  body: Buffer,
  backend: string,
): { readonly list: object; readonly data: readonly unknown[] } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw notAList(backend, cause);
  }
  const list = listSchema.safeParse(value);
  if (!list.success) throw notAList(backend, list.error);
  return { list: value as object, data: list.data.data.slice(0, maxModels) };
}

/** What one entry says in the fields that all servers share; undefined when it names no model. */
export function readEntry(entry: unknown): ListedModel | undefined {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const { id, owned_by, created, max_model_len, context_length, meta, status } = parsed.data;
  return {
    id,
    displayName: id,
    state: status === undefined ? null : states[status.value],
    artifact: null,
    contextTokens: max_model_len ?? context_length ?? meta?.n_ctx ?? meta?.n_ctx_train ?? null,
    capabilities: null,
    capacity: null,
    reported: null,
    ownedBy: owned_by ?? null,
    ...(created === undefined ? {} : { createdAt: created }),
  };
}

/** A model of which only the name is known. */
export const namedModel = (id: string): ListedModel => ({
  id,
  displayName: id,
  state: null,
  artifact: null,
  contextTokens: null,
  capabilities: null,
  capacity: null,
  reported: null,
  ownedBy: null,
});

/** All that are listed, or those that somebody has named, listed or not. */
export const chosenModels = (listed: readonly ListedModel[], names?: readonly string[]): readonly ListedModel[] =>
  names?.map((name) => listed.find((model) => model.id === name) ?? namedModel(name)) ?? listed;

/** Each name once: the first entry counts. */
export function eachOnce(models: readonly ListedModel[]): ListedModel[] {
  return [...new Map(models.toReversed().map((model) => [model.id, model])).values()].reverse();
}

/** The one to try a server with: it may chat, and where it is in memory it answers at once. */
export function modelToAsk<M extends Pick<BackendModel, "capabilities" | "state">>(
  models: readonly M[],
): M | undefined {
  const able = models.filter(({ capabilities }) => capabilities === null || capabilities.includes("chat"));
  return able.find(({ state }) => state === "loaded") ?? able[0];
}

function notAList(backend: string, cause: unknown): MeshError {
  return new MeshError("backend_protocol", { backend, problem: "what it sends is no list of models" }, { cause });
}
