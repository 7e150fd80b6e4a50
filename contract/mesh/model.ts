import * as z from "zod";
import { modelIdentitySchema } from "./ids.ts";
import { modelCapabilitySchema } from "./model-capability.ts";

/** What a model's engine is doing. `failed` keeps the reason until the next attempt. */
export const modelStateSchema = z.enum(["available", "loading", "loaded", "unloading", "failed"]);
export type ModelState = z.infer<typeof modelStateSchema>;

/**
 * Where a model's file comes from, and with that whose it is: ours to delete (`store`), a person's own file that is only
 * listed (`added`), one that came with the product (`bundled`), or one that another program keeps.
 */
export const modelOriginSchema = z.enum(["bundled", "store", "added", "ollama", "lm-studio", "hugging-face"]);
export type ModelOrigin = z.infer<typeof modelOriginSchema>;

/** Whether a fetched file was what it had to be: `unverified` when nobody could say beforehand what that is. */
export const modelVerificationSchema = z.enum(["verified", "unverified"]);
export type ModelVerification = z.infer<typeof modelVerificationSchema>;

export const modelSummarySchema = z.object({
  /** The name that requests use: the file's name without `.gguf`. */
  id: z.string(),
  displayName: z.string(),
  /** Null until the file has been hashed. */
  identity: modelIdentitySchema.nullable(),
  path: z.string(),
  sizeBytes: z.number(),
  state: modelStateSchema,
  /** Share of the weights read, 0 to 1, while loading; otherwise null. */
  loadProgress: z.number().min(0).max(1).nullable(),
  architecture: z.string().nullable(),
  parameterCount: z.number().nullable(),
  quantisation: z.string().nullable(),
  /** The context the model was trained for, in tokens. */
  trainedContextTokens: z.number().nullable(),
  /** The context of one conversation as loaded, in tokens; null while not loaded. */
  contextTokens: z.number().nullable(),
  capabilities: z.array(modelCapabilitySchema).default([]),
  canChat: z.boolean(),
  isDemo: z.boolean(),
  origin: modelOriginSchema.default("store"),
  /** Null for files that this node has not fetched itself. */
  verification: modelVerificationSchema.nullable().default(null),
  /** Requests being answered now. */
  openRequests: z.number(),
  /** Main memory that its engine holds, in bytes, as last measured; null while there is none. */
  /** What it is computed with as loaded: `cpu`, or an interface and its devices; null while not loaded. */
  device: z.string().nullable(),
  memoryBytes: z.number().nullable(),
  /** When it is unloaded unless somebody asks it before; null while it answers, is not loaded, or stays. */
  unloadsAt: z.iso.datetime().nullable(),
  problem: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }).nullable(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;
