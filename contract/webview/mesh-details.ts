import * as z from "zod";
import { modelCapabilitySchema } from "../mesh/model-capability.ts";
import { thingIdSchema } from "./mesh-things.ts";

const count = z.number().int().min(0);
const instant = z.number();
const foreignText = z.string().max(100_000);

/** One request, as the panel lists it: metadata only, never a word of the prompt. */
export const recentRequestSchema = z.strictObject({
  id: z.string(),
  at: instant,
  model: foreignText,
  /** From the request to the first byte, in milliseconds; null when there was none. */
  firstByteMs: z.number().min(0).nullable(),
  /** What went wrong, in words; null when the answer is whole. */
  error: foreignText.nullable(),
  /** Why it came here, in plain words. */
  because: foreignText,
});
export type RecentRequest = z.infer<typeof recentRequestSchema>;

/** What the panel says about a thing beyond what the picture has of it. Null for what is not known. */
export const meshDetailsSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("user"),
    /** Who has sent requests since the node started: keys by their names, windows and tools by theirs. The latest first. */
    clients: z.array(z.strictObject({ name: foreignText, requests: count, failures: count, lastAt: instant })).max(64),
  }),
  z.strictObject({
    kind: z.literal("router"),
    /** In words: `ready`, `draining`. */
    status: z.string(),
    version: z.string(),
    startedAt: instant.nullable(),
    requests: count.nullable(),
    succeeded: count.nullable(),
    failed: count.nullable(),
  }),
  z.strictObject({
    kind: z.literal("backend"),
    /** Null for the node's own engine. */
    address: foreignText.nullable(),
    isEnabled: z.boolean(),
    /** Time to the first byte, oldest first; null where a moment has none. */
    latencyHistory: z.array(z.strictObject({ at: instant, ms: z.number().min(0).nullable() })).max(500),
    modelCount: count,
    /** Share of what it can do at the same time that is in use, 0 to 1. */
    load: z.number().min(0).nullable(),
    /** Failed requests since this node has started. */
    errors: count.nullable(),
    lastError: foreignText.nullable(),
    /** Newest first. */
    requests: z.array(recentRequestSchema).max(50),
  }),
  z.strictObject({
    kind: z.literal("model"),
    /** The name that requests use. */
    modelId: foreignText,
    /** SHA-256 of the file, or what else says which artifact it is. */
    digest: foreignText.nullable(),
    /** Backends that serve it. */
    servedBy: z.array(thingIdSchema),
    contextTokens: count.nullable(),
    capabilities: z.array(modelCapabilitySchema),
    requests: z.array(recentRequestSchema).max(50),
  }),
  /** A machine or a GPU behind a peer or a cluster: lines in the editor's language. */
  z.strictObject({
    kind: z.literal("hardware"),
    lines: z.array(z.strictObject({ name: z.string(), value: foreignText })).max(50),
  }),
]);
export type MeshDetails = z.infer<typeof meshDetailsSchema>;
