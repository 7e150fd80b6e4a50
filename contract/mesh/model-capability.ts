import * as z from "zod";

/**
 * What can be asked of a model where it runs; `infill` is for the text between two others. The engines of this node take
 * no images yet, so that no file of theirs has `vision`.
 */
export const modelCapabilitySchema = z.enum(["chat", "tools", "reasoning", "vision", "embeddings", "rerank", "infill"]);
export type ModelCapability = z.infer<typeof modelCapabilitySchema>;
