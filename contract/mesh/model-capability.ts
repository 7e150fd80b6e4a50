import * as z from "zod";

/** What a model was made for, as far as its file says. Whether this node's engine does it is another matter. */
export const modelCapabilitySchema = z.enum(["chat", "tools", "reasoning", "vision", "embeddings", "rerank"]);
export type ModelCapability = z.infer<typeof modelCapabilitySchema>;
