import * as z from "zod";

/** The one health scale of the mesh. `healthy` means that a request would succeed, not that a port is open. */
export const healthSchema = z.enum(["unknown", "healthy", "degraded", "unhealthy", "loading", "draining", "disabled"]);
export type Health = z.infer<typeof healthSchema>;
