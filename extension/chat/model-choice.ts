import * as z from "zod";
import { backendIdSchema } from "../../contract/mesh/ids.ts";
import { privacyLabelSchema } from "../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../contract/mesh/routing.ts";

/** What a conversation's questions go to: a model by the name that the node knows, with wishes of how it is chosen. */
export const modelChoiceSchema = z.object({
  /** A model's name, an alias, or `auto`. */
  model: z.string().min(1).max(4_096),
  strategy: strategyIdSchema.optional(),
  /** No further than this, whatever else is allowed. */
  privacy: privacyLabelSchema.optional(),
  /** The model at these places and nowhere else. */
  onlyBackends: z.array(backendIdSchema).min(1).max(64).optional(),
});
export type ModelChoice = z.infer<typeof modelChoiceSchema>;
