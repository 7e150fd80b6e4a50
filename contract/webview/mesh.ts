import * as z from "zod";
import { meshViewActionSchema, thingActionSchema } from "./mesh-actions.ts";
import { meshDetailsSchema } from "./mesh-details.ts";
import { edgeMetricSchema, figuresSchema, meshEdgeSchema, thingIdSchema, thingSchema } from "./mesh-things.ts";
import { meshWordsSchema } from "./mesh-words.ts";

/**
 * The messages of the mesh view. The extension feeds it from its store; the view shows, and asks by name for what a
 * person wants done. Order: the view says `ready` → `hello`, `status`, `snapshot` → `diff`s and `traffic` as they
 * happen, each at most ten times a second.
 */

/** What keeps the view from being whole, and the one thing to do about it; in the editor's language. */
export const meshNoticeSchema = z.strictObject({
  message: z.string(),
  nextStep: z.string(),
  isError: z.boolean(),
  isBusy: z.boolean(),
  button: z.strictObject({ label: z.string(), action: meshViewActionSchema }).nullable(),
});
export type MeshNotice = z.infer<typeof meshNoticeSchema>;

export const meshModeSchema = z.enum(["graph", "table"]);
export type MeshMode = z.infer<typeof meshModeSchema>;

const revision = z.number().int().min(0);
const count = z.number().int().min(0);

/** Requests that have passed one edge within a batch's window. Only real ones: each may become a particle. */
export const flowSchema = z.strictObject({
  edge: thingIdSchema,
  requests: count,
  /** How many of them have failed. */
  errors: count,
  /** Mean time to the first byte; null where none came. */
  latencyMs: z.number().min(0).nullable(),
});
export type Flow = z.infer<typeof flowSchema>;

/** Everything there is. The order of things of one kind is the order in which they are shown, from the top. */
export const meshSnapshotSchema = z.strictObject({
  type: z.literal("snapshot"),
  revision,
  things: z.array(thingSchema),
  edges: z.array(meshEdgeSchema),
});
export type MeshSnapshot = z.infer<typeof meshSnapshotSchema>;

/**
 * The difference between two revisions, as `topologyPatchSchema` has it, and new figures by the id of a thing or an edge
 * where nothing else has changed. A view that is not at `from` asks to `resync`. A new thing is last of its kind; removing
 * a thing removes its edges, and what unfolds behind it, without naming them.
 */
export const meshDiffSchema = z.strictObject({
  type: z.literal("diff"),
  from: revision,
  to: revision,
  putThings: z.array(thingSchema),
  putEdges: z.array(meshEdgeSchema),
  removeThings: z.array(thingIdSchema),
  removeEdges: z.array(thingIdSchema),
  figures: z.array(z.strictObject({ id: thingIdSchema, figures: figuresSchema })),
});
export type MeshDiff = z.infer<typeof meshDiffSchema>;

export const meshTrafficSchema = z.strictObject({
  type: z.literal("traffic"),
  /** The time that it was counted over, in milliseconds; at least 100, so that there are at most ten a second. */
  windowMs: z.number().min(100).max(60_000),
  flows: z.array(flowSchema),
});
export type MeshTraffic = z.infer<typeof meshTrafficSchema>;

export const meshHelloSchema = z.strictObject({
  type: z.literal("hello"),
  words: meshWordsSchema,
  /** The editor's language as a BCP 47 tag, for numbers and times. */
  language: z.string(),
  /** Requests show as particles on their way. */
  animates: z.boolean(),
  /** Particles rest on battery. */
  pausesOnBattery: z.boolean(),
  /** What ways are labelled with until the person chooses otherwise. */
  metric: edgeMetricSchema,
  /** Above so many visible things models fold under their backend. */
  foldsAbove: z.number().int().min(1).max(100_000),
});
export type MeshHello = z.infer<typeof meshHelloSchema>;

/** From the extension to the view. */
export const toMeshViewSchema = z.discriminatedUnion("type", [
  meshHelloSchema,
  meshSnapshotSchema,
  meshDiffSchema,
  meshTrafficSchema,
  /** Why there is nothing to see, or not all; null when all is well. `isChecking` while a check runs. */
  z.strictObject({ type: z.literal("status"), notice: meshNoticeSchema.nullable(), isChecking: z.boolean() }),
  /** More about the thing that is selected: answers `select`, and again when it has changed. */
  z.strictObject({ type: z.literal("details"), id: thingIdSchema, details: meshDetailsSchema }),
  /** Selects a thing and brings it into view: one that was chosen in the tree, or has just been added. */
  z.strictObject({
    type: z.literal("reveal"),
    id: thingIdSchema,
    /** The backend by which a request has come to it: of several ways only this one stands out. */
    through: thingIdSchema.optional(),
  }),
  /** *Mesh: Show as Table*, and back. */
  z.strictObject({ type: z.literal("show"), mode: meshModeSchema }),
]);
export type ToMeshView = z.infer<typeof toMeshViewSchema>;

export const pictureFormatSchema = z.enum(["svg", "png"]);
export type PictureFormat = z.infer<typeof pictureFormatSchema>;
const maxPictureCharacters = 40_000_000;
const maxTableCharacters = 20_000_000;

/** From the view to the extension. Strict: what is not in here is refused. */
export const fromMeshViewSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  /** The view has missed a diff: a snapshot, please. */
  z.strictObject({ type: z.literal("resync") }),
  /** `details` of this thing are wanted, until another one is; null: of none. */
  z.strictObject({ type: z.literal("select"), id: thingIdSchema.nullable() }),
  /** Asks for something to be done with a thing. Whatever must be confirmed, the extension asks for. */
  z.strictObject({ type: z.literal("act"), action: thingActionSchema, id: thingIdSchema }),
  /** Asks for something that is about no single thing: `checkAll`, for example. */
  z.strictObject({ type: z.literal("do"), action: meshViewActionSchema }),
  /** What is behind this thing is wanted, or no more. Its things then come with, or leave in, a diff. */
  z.strictObject({ type: z.literal("unfold"), id: thingIdSchema, isUnfolded: z.boolean() }),
  /** The whole picture as it is shown now. `content` is text for SVG, and Base64 for PNG. */
  z.strictObject({
    type: z.literal("savePicture"),
    format: pictureFormatSchema,
    content: z.string().max(maxPictureCharacters),
  }),
  z.strictObject({ type: z.literal("saveTable"), csv: z.string().max(maxTableCharacters) }),
]);
export type FromMeshView = z.infer<typeof fromMeshViewSchema>;

/** What the view keeps for its next life, by the editor's `setState`: where a person was, never what the mesh is. */
export const meshViewStateSchema = z.strictObject({
  selected: thingIdSchema.nullable(),
  isDetailsOpen: z.boolean(),
  /** Null: as it fits. */
  viewport: z.strictObject({ zoom: z.number().positive(), x: z.number(), y: z.number() }).nullable(),
  mode: meshModeSchema,
  metric: edgeMetricSchema,
  find: z.string().max(1_000),
  /** Expressions: what matches one of them is hidden. */
  hidden: z.array(z.string().max(1_000)).max(50),
  /** Things that a person has unfolded, or folded, against the default. */
  unfolded: z.array(thingIdSchema).max(10_000),
  folded: z.array(thingIdSchema).max(10_000),
  isPaused: z.boolean(),
  isOutlineOpen: z.boolean(),
  isLegendOpen: z.boolean(),
});
export type MeshViewState = z.infer<typeof meshViewStateSchema>;
