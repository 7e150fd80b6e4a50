import * as z from "zod";

/** One graphics processor. What its driver does not report is null, never zero. */
export const gpuSchema = z.object({
  /** The driver's own name for it: a UUID, or the card's place on the bus. */
  id: z.string(),
  name: z.string(),
  memoryTotalBytes: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  /** Share of the time in which it worked, 0 to 1. */
  utilisation: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
});
export type Gpu = z.infer<typeof gpuSchema>;

/** What a machine has and how busy it is. */
export const hardwareSchema = z.object({
  cpu: z.object({
    model: z.string(),
    cores: z.number(),
    /** Share of all cores that worked since the last look, 0 to 1; null when that cannot be told. */
    load: z.number().nullable(),
  }),
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number() }),
  /** Null until it is known; empty where there are none that report. */
  gpus: z.array(gpuSchema).nullable(),
});
export type Hardware = z.infer<typeof hardwareSchema>;
