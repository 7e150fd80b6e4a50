import * as z from "zod";
import { aliasNameSchema, aliasSchema, modelNameSchema } from "../../contract/mesh/alias.ts";
import { privacyLabelSchema } from "../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../contract/mesh/routing.ts";

/** How requests find their place. */
export const routingSettingsShape = {
  strategy: strategyIdSchema.default("auto"),
  /** The widest label that requests may use unless they say something tighter. */
  privacy: privacyLabelSchema.default("cloud"),
  /** Whether `auto` and its like may choose a cloud. */
  virtualModelsMayUseCloud: z.boolean().default(false),
  /** Models whose artifacts are known to differ and shall be one pool all the same. */
  mixArtifacts: z.array(modelNameSchema).default([]),
  /** Second attempts, as a share of the requests of the last ten seconds; a few are always allowed. */
  retryBudgetPercent: z.number().min(0).max(100).default(10),
  /** How many requests are remembered on disk, metadata only; 0 remembers none. */
  requestLog: z.number().int().min(0).max(1_000_000).default(10_000),
  aliases: z.record(aliasNameSchema, aliasSchema).default({}),
};
const routingSettingsSchema = z.strictObject(routingSettingsShape);
export type RoutingSettings = z.infer<typeof routingSettingsSchema>;
