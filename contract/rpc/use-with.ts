import * as z from "zod";
import { modelNameSchema } from "../mesh/alias.ts";
import { toolTrialSchema } from "../mesh/tool-trial.ts";
import { outsideToolIdSchema } from "../use-with/index.ts";
import { request } from "./definition.ts";

/**
 * Sends a request as the tool sends it, over HTTP to this node's own gateway, with the tool's key or the node's. Takes
 * as long as the model does: whoever asks may cancel it.
 */
export const toolsTry = request(
  "tools/try",
  z.object({ tool: outsideToolIdSchema, model: modelNameSchema, key: z.string().min(1).max(256).optional() }),
  toolTrialSchema,
);
