import * as z from "zod";
import { healthSchema } from "./health.ts";
import { backendIdSchema, nodeIdSchema } from "./ids.ts";
import { modelCapabilitySchema } from "./model-capability.ts";
import { privacyLabelSchema } from "./privacy-label.ts";

/** How many nodes a request may pass after the one that it was sent to. */
export const maxHops = 3;

/**
 * What one node tells another about a model, under `mesh` in the entries of `GET /v1/models`. Null for what it does not
 * know itself.
 */
export const advertisedModelSchema = z.object({
  artifact: z.string().max(256).nullable(),
  contextTokens: z.number().int().min(1).max(1e9).nullable(),
  capabilities: z.array(modelCapabilitySchema).max(16).nullable(),
  loaded: z.boolean().nullable().describe("false when it must be loaded first"),
  openRequests: z.number().int().min(0).max(1e6).nullable(),
  waiting: z.number().int().min(0).max(1e6).nullable().describe("requests that wait there for their turn"),
  capacity: z.number().int().min(1).max(1e6).nullable().describe("requests that it answers at the same time"),
  privacy: privacyLabelSchema.describe("how far a prompt may travel from that node on"),
  path: z
    .array(nodeIdSchema)
    .max(maxHops)
    .describe("the nodes that it is reached through from there, nearest first; empty where that node serves it itself"),
});
export type AdvertisedModel = z.infer<typeof advertisedModelSchema>;

/** One place of a model, for clients: under `places` in the entries of `GET /v1/models`. Null for what is not known. */
export const modelPlaceSchema = advertisedModelSchema
  .pick({ contextTokens: true, capabilities: true, loaded: true, privacy: true })
  .extend({
    backend: backendIdSchema,
    node: nodeIdSchema.describe("the node that serves it, or that asks a server which does"),
    health: healthSchema,
  });
export type ModelPlace = z.infer<typeof modelPlaceSchema>;

/** The header with the nodes that a request has passed, first to last, separated by commas. */
export const meshPathHeader = "x-mesh-path";
