import * as z from "zod";

/** How much memory a load takes and has, in bytes. Figures are estimates from the file's header. */
export const modelEstimateSchema = z.object({
  contextTokens: z.number(),
  parallel: z.number(),
  weightsBytes: z.number(),
  /** Keys and values of all conversations. */
  cacheBytes: z.number(),
  /** Working memory of one step. */
  computeBytes: z.number(),
  /** The engine process itself. */
  processBytes: z.number(),
  totalBytes: z.number(),
  /** What of the total would lie in GPUs. */
  gpuBytes: z.number(),
  /** Main memory that it can have beside the models that are loaded. */
  freeBytes: z.number(),
  /** `fits`, also by unloading what nobody uses, or does not. */
  verdict: z.enum(["fits", "fitsAfterUnloading", "tooLarge"]),
  /** The largest context of one conversation that fits once idle models are gone; null when none does. */
  largestContextTokens: z.number().nullable(),
});
export type ModelEstimate = z.infer<typeof modelEstimateSchema>;
