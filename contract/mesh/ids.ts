import * as z from "zod";

/** One machine of the mesh, for one user. Random, made once, never reused; peers will tie it to a key. */
export const nodeIdSchema = z.string().regex(/^node-[0-9a-f]{32}$/);
export type NodeId = z.infer<typeof nodeIdSchema>;

/** One place that answers requests, unique within its node: `local-engine` or a configured name. */
export const backendIdSchema = z.string().min(1).max(128);
export type BackendId = z.infer<typeof backendIdSchema>;

/**
 * SHA-256 of a model file, lower-case hex. Of a model in several files: SHA-256 over the files' digests in their order,
 * each as hex and a line feed.
 */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What a model *is*, apart from what it is called: artifact digest plus chat-template hash.
 * Two backends form one pool only when both agree, since another template is another behaviour.
 */
export const modelIdentitySchema = z.object({
  artifactDigest: digestSchema,
  templateHash: digestSchema.nullable(),
});
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;
