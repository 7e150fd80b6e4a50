import * as z from "zod";

/** How the node's configuration file stands, as opposed to what counts. */
export const configurationStateSchema = z.object({
  /** What is wrong with the file; what it said before goes on. Null when all of it counts. */
  problem: z
    .object({
      /** From 1; null where no place is to blame. */
      line: z.number().int().nullable(),
      column: z.number().int().nullable(),
      /** In plain words, with the place. */
      reason: z.string(),
    })
    .nullable(),
  /** Settings that are other than at the start and count from the next one on: `gateway.port`. */
  needsRestart: z.array(z.string()),
});
export type ConfigurationState = z.infer<typeof configurationStateSchema>;
