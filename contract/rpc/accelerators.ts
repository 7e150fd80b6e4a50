import * as z from "zod";
import { acceleratorKindSchema, acceleratorSchema } from "../mesh/accelerator.ts";
import { notification, request } from "./definition.ts";

const listSchema = z.object({ accelerators: z.array(acceleratorSchema) });

/** What this machine can compute with, what is chosen, and why. */
export const acceleratorsList = request("accelerators/list", z.object({}), listSchema);

/**
 * Fetches the engine package of an accelerator, or takes it from `.tgz` files that somebody has brought. Cancelling the
 * call ends the download and leaves nothing. Models that are loaded keep what they have.
 */
export const acceleratorsInstall = request(
  "accelerators/install",
  z.object({
    kind: acceleratorKindSchema,
    /** Absolute paths of the packages as npm names them, instead of the registry. */
    files: z.array(z.string()).max(8).optional(),
    /** Chosen by the client; names the `accelerators/progress` notifications of this call. */
    progressToken: z.string().optional(),
  }),
  listSchema,
);

export const acceleratorsProgress = notification(
  "accelerators/progress",
  z.object({ progressToken: z.string(), receivedBytes: z.number(), totalBytes: z.number() }),
);

/** Removes a fetched package. */
export const acceleratorsRemove = request("accelerators/remove", z.object({ kind: acceleratorKindSchema }), listSchema);
