import * as z from "zod";
import { flashAttentionSchema, gpuLayersSchema, numaSchema } from "../../contract/engine/control.ts";
import { acceleratorWishSchema } from "../../contract/mesh/accelerator.ts";
import { byteAmountSchema } from "./byte-amount.ts";

const loraAdapter = z.union([
  z.string().transform((path) => ({ path, scale: 1 })),
  z.strictObject({ path: z.string(), scale: z.number().default(1) }),
]);

/** One model's own settings; what is left out is as for all models. */
export const modelSettingsSchema = z.strictObject({
  contextTokens: z.number().int().min(64).optional(),
  parallel: z.number().int().min(1).max(256).optional(),
  threads: z.number().int().min(1).max(1024).optional(),
  gpu: acceleratorWishSchema.optional(),
  /** `auto`, `max`, or `{ min, max }`: as many as fit within these bounds. */
  gpuLayers: gpuLayersSchema.default("auto"),
  /** Numbers of the GPUs that it may use, as the driver counts them; all by default. */
  devices: z.array(z.number().int().min(0)).min(1).optional(),
  flashAttention: flashAttentionSchema.default("auto"),
  numa: numaSchema.optional(),
  /** Adapters' files, by absolute path. */
  loraAdapters: z.array(loraAdapter).default([]),
  /** What it may hold, in bytes or as a share of the memory it lies in. A soft limit: what it needs is estimated. */
  memoryBudget: byteAmountSchema.optional(),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;
