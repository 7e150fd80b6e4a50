import * as z from "zod";
import { wireErrorSchema } from "../../contract/errors/mesh-error.ts";

/** What a sidecar that was started by a client tells it, once, over the process channel. */
export const startReportSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("ready") }),
  /** Another process won the race; the client connects to that one. */
  z.object({ outcome: z.literal("alreadyRunning") }),
  z.object({ outcome: z.literal("failed"), error: wireErrorSchema }),
]);
export type StartReport = z.infer<typeof startReportSchema>;
