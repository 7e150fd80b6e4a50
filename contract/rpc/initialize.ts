import * as z from "zod";
import { nodeIdSchema } from "../mesh/ids.ts";
import { request } from "./definition.ts";

/**
 * The first call on every connection; any other before it is refused.
 * This shape is frozen for all time: it is how versions that do not understand each other find that out.
 */
export const initialize = request(
  "initialize",
  z.looseObject({
    protocol: z.number().int(),
    token: z.string(),
    client: z.looseObject({
      name: z.string(),
      version: z.string(),
      /** Wants a node that is ending as well, to look at it or to stop it. */
      acceptsDraining: z.boolean().optional(),
    }),
  }),
  z.object({
    protocol: z.number().int(),
    node: z.object({ id: nodeIdSchema, name: z.string(), version: z.string(), pid: z.number() }),
  }),
);
