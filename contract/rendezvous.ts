import * as z from "zod";
import { wireErrorSchema } from "./errors/mesh-error.ts";

/** Where a running node is reached. Holds no secret. */
export const rendezvousSchema = z.object({
  socketPath: z.string(),
  tokenFile: z.string(),
  pid: z.number(),
  protocol: z.number(),
  version: z.string(),
});
export type Rendezvous = z.infer<typeof rendezvousSchema>;

/**
 * The one line that `inference-mesh attach` prints for editors: where the node is, or why there is none. A program
 * renders errors in its own words, so it gets the code and the parameters rather than a sentence.
 */
export const attachReplySchema = z.union([rendezvousSchema, z.object({ error: wireErrorSchema })]);
export type AttachReply = z.infer<typeof attachReplySchema>;
