import * as z from "zod";
import { healthSchema } from "../mesh/health.ts";
import { modelStateSchema } from "../mesh/model.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { thingActionSchema } from "./mesh-actions.ts";

/** Names a thing or an edge. The view only ever compares it. */
export const thingIdSchema = z.string().min(1).max(4_096);

/**
 * What the view shows, by rank from left to right: the person, this node's router, its backends, and their models.
 * `machine` and `gpu` unfold behind a peer or a cluster, and have the models' rank.
 */
export const thingKindSchema = z.enum(["user", "router", "backend", "model", "machine", "gpu"]);
export type ThingKind = z.infer<typeof thingKindSchema>;

/** What a thing is drawn as. Backend kinds without an icon of their own are `server`. */
export const thingIconSchema = z.enum([
  "user",
  "router",
  "engine",
  "peer",
  "cluster",
  "kubernetes",
  "cloud",
  "llama-cpp",
  "mlx",
  "vllm",
  "ollama",
  "lm-studio",
  "server",
  "model",
  "machine",
  "gpu",
]);
export type ThingIcon = z.infer<typeof thingIconSchema>;

const figure = z.number().min(0).nullable();

/** What a thing does now, or what passes an edge, over the last minute. What nobody has measured is null, never zero. */
export const figuresSchema = z.strictObject({
  /** Time to the first byte, in milliseconds. */
  latencyP50Ms: figure,
  latencyP95Ms: figure,
  requestsPerSecond: figure,
  /** Tokens generated per second, all answers together. */
  tokensPerSecond: figure,
  /** Requests that wait on this node for their turn. */
  queued: figure,
  /** Requests being answered now. */
  inFlight: figure,
  errorsPerSecond: figure,
});
export type Figures = z.infer<typeof figuresSchema>;

/** The figures that edges can be labelled with. */
export const edgeMetricSchema = z.enum([
  "latencyP50Ms",
  "latencyP95Ms",
  "requestsPerSecond",
  "tokensPerSecond",
  "queued",
]);
export type EdgeMetric = z.infer<typeof edgeMetricSchema>;

/** Text that others have chosen: of any length and with any character. The view cuts and isolates it. */
const foreignText = z.string().max(100_000);

export const thingSchema = z.strictObject({
  id: thingIdSchema,
  kind: thingKindSchema,
  icon: thingIconSchema,
  label: foreignText,
  /** What it is in the editor's language: `Ollama`, `Backend.AI cluster`. */
  kindLabel: foreignText,
  health: healthSchema,
  /** Why it is not healthy, in short; null when there is nothing to say. */
  reason: foreignText.nullable(),
  /** Since when its health is what it is, in milliseconds since 1970; null when that is not known. */
  since: z.number().nullable(),
  /** The thing that it unfolds behind: a GPU's machine, a machine's cluster, a model's first backend. */
  parent: thingIdSchema.nullable(),
  /** There is more behind it, which the extension sends when asked to `unfold` it. */
  canUnfold: z.boolean(),
  privacy: privacyLabelSchema.nullable(),
  /** What a model's engine is doing; null for other things, and where nobody tells. */
  modelState: modelStateSchema.nullable(),
  figures: figuresSchema,
  /** What can be asked of it now, in the order in which it is offered. */
  actions: z.array(thingActionSchema).max(20),
});
export type Thing = z.infer<typeof thingSchema>;

/** A way that requests take: from the left to the right. */
export const meshEdgeSchema = z.strictObject({
  id: thingIdSchema,
  from: thingIdSchema,
  to: thingIdSchema,
  health: healthSchema,
  figures: figuresSchema,
});
export type MeshEdge = z.infer<typeof meshEdgeSchema>;
