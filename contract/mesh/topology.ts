import * as z from "zod";
import { shownAliasSchema } from "./alias.ts";
import { configurationStateSchema } from "./configuration-state.ts";
import { hardwareSchema } from "./hardware.ts";
import { healthSchema } from "./health.ts";
import { backendIdSchema } from "./ids.ts";
import { modelStateSchema } from "./model.ts";
import { modelCapabilitySchema } from "./model-capability.ts";
import { privacyLabelSchema } from "./privacy-label.ts";
import { recognisedProgramSchema } from "./server-program.ts";

/** One thing that the mesh views show. Metrics that a thing does not report are null, never zero. */
export const topologyNodeSchema = z.object({
  id: z.string(),
  kind: z.enum(["node", "backend", "model"]),
  /** What people call it. */
  label: z.string(),
  /** The name that requests use for a model; null for other things. */
  modelId: z.string().nullable(),
  /** What a model's engine is doing: a healthy model may be loaded or not. Null where nobody tells. */
  modelState: modelStateSchema.nullable(),
  /** The backend that it is, or at which a model is; null for nodes. */
  backendId: backendIdSchema.nullable(),
  /** Which definition made it: a backend kind such as `local-engine`; null for nodes and models. */
  backendKind: z.string().nullable(),
  /** Where a server is, as configured; null for other things. */
  url: z.string().nullable(),
  /** What answers at a backend, where it was recognised; null for others, and for nodes and models. */
  program: recognisedProgramSchema.nullable().default(null),
  health: healthSchema,
  /** When its health became this; null for what has none of its own. */
  since: z.iso.datetime().nullable(),
  /** Why it is not healthy, in short; null when there is nothing to say. */
  reason: z.string().nullable(),
  privacy: privacyLabelSchema.nullable(),
  /** What a model is: `sha256:<artifact>+<template>` or a revision; null when nobody says, and for other things. */
  artifact: z.string().nullable(),
  /** The context of one conversation of a model, in tokens. */
  contextTokens: z.number().nullable(),
  capabilities: z.array(modelCapabilitySchema).nullable(),
  /** Requests that a model answers at the same time; null when not reported, and for other things. */
  capacity: z.number().nullable(),
  openRequests: z.number().nullable(),
  /** Requests that wait on this node for their turn. */
  waitingRequests: z.number().nullable(),
  /** Moving average of the time to the first byte, in milliseconds. */
  latencyMs: z.number().nullable(),
  /** What the machine has and how busy it is, in round figures; null for what is no machine, and until it is known. */
  hardware: hardwareSchema.nullable(),
  /** How the node's configuration file stands; only of nodes that tell. */
  configuration: configurationStateSchema.optional(),
  /** The names that a person has given to models there; only of nodes that tell. */
  aliases: z.array(shownAliasSchema).optional(),
});
export type TopologyNode = z.infer<typeof topologyNodeSchema>;

export const topologyEdgeSchema = z.object({ id: z.string(), from: z.string(), to: z.string() });
export type TopologyEdge = z.infer<typeof topologyEdgeSchema>;

export const topologySnapshotSchema = z.object({
  revision: z.number().int(),
  nodes: z.array(topologyNodeSchema),
  edges: z.array(topologyEdgeSchema),
});
export type TopologySnapshot = z.infer<typeof topologySnapshotSchema>;

/**
 * The difference between two revisions. A client that is not at `from` has missed one: it subscribes again.
 * Removing a node removes its edges without naming them.
 */
export const topologyPatchSchema = z.object({
  from: z.number().int(),
  to: z.number().int(),
  putNodes: z.array(topologyNodeSchema),
  putEdges: z.array(topologyEdgeSchema),
  removeNodes: z.array(z.string()),
  removeEdges: z.array(z.string()),
});
export type TopologyPatch = z.infer<typeof topologyPatchSchema>;
