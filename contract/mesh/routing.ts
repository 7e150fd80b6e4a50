import * as z from "zod";
import { backendIdSchema, nodeIdSchema } from "./ids.ts";
import { privacyLabelSchema } from "./privacy-label.ts";

/** How the place for a request is chosen among those that may answer it. */
export const strategyIdSchema = z.enum([
  "auto",
  "local-first",
  "round-robin",
  "weighted",
  "least-connections",
  "least-latency",
  "least-load",
  "prefix-affinity",
]);
export type StrategyId = z.infer<typeof strategyIdSchema>;

/** Why a place was not asked. */
export const rejectionSchema = z.enum([
  /** Its model is another artifact under the same name. */
  "other-artifact",
  "capability-missing",
  "context-too-small",
  /** It does not speak the client's dialect, and the request cannot be said in another. */
  "not-translatable",
  "privacy",
  "not-permitted",
  "disabled",
  "draining",
  "loading",
  "unhealthy",
  /** It has said when to come back, and that is not now. */
  "told-to-wait",
  "circuit-open",
  /** The revision has no weight, and was not asked for by name. */
  "no-weight",
  /** The alias keeps to other backends. */
  "not-in-alias",
  /** The request has been there already. */
  "loop",
  /** The request itself keeps to other backends, or to models that are loaded. */
  "not-wanted",
]);
export type Rejection = z.infer<typeof rejectionSchema>;

const placeSchema = z.object({ backend: backendIdSchema, model: z.string() });

/** A place that could have answered, and was not asked. */
export const rejectedPlaceSchema = placeSchema.extend({
  rejection: rejectionSchema,
  /** The figures behind it, in plain words. */
  detail: z.string(),
});
export type RejectedPlace = z.infer<typeof rejectedPlaceSchema>;

/** A place that may answer, in the order in which places are asked. */
export const rankedPlaceSchema = placeSchema.extend({
  privacy: privacyLabelSchema,
  /** Why it stands where it does, in plain words: `2 requests open`. */
  because: z.string(),
  /** Until the last token, in milliseconds; null where the strategy does not estimate, or nothing was observed yet. */
  estimateMs: z.number().nullable(),
});
export type RankedPlace = z.infer<typeof rankedPlaceSchema>;

/** How a request would be routed, or was. */
export const routeExplanationSchema = z.object({
  /** The name that was asked for. */
  asked: z.string(),
  /** What the name stands for when it is an alias or a virtual model; otherwise null. */
  alias: z.object({ name: z.string(), revision: z.string().nullable() }).nullable(),
  strategy: strategyIdSchema,
  /** The widest label that was allowed. */
  privacy: privacyLabelSchema,
  ranked: z.array(rankedPlaceSchema),
  rejected: z.array(rejectedPlaceSchema),
  /** How many more places there were, where there were too many to remember. */
  leftOut: z.number().int().optional(),
});
export type RouteExplanation = z.infer<typeof routeExplanationSchema>;

/** Where an answer came from, as the answer itself says: the header `x-mesh-route`, and `chat/route`. */
export const routeTagSchema = z.object({
  /** As the request log names it; null where a request was refused before it had a name. */
  requestId: z.string().nullable(),
  node: nodeIdSchema,
  /** Null when no place has answered. */
  backend: z.string().nullable(),
  model: z.string().nullable(),
  artifact: z.string().nullable(),
  attempts: z.number().int().min(0),
});
export type RouteTag = z.infer<typeof routeTagSchema>;

/** One place that was asked, and what became of it. */
export const attemptSchema = placeSchema.extend({
  /** `answered`, or the code of the error. */
  outcome: z.string(),
  /** From the beginning of this attempt to its end or, if it answered, to the first byte, in milliseconds. */
  ms: z.number(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** What happened to one request: metadata only, never a word of the prompt or the answer. */
export const requestRecordSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** A key's name, or the kind of connection. */
  client: z.string(),
  path: z.string(),
  stream: z.boolean(),
  bodyBytes: z.number(),
  node: nodeIdSchema,
  explanation: routeExplanationSchema,
  attempts: z.array(attemptSchema),
  /** What answered; null when nothing did. */
  answeredBy: placeSchema.extend({ artifact: z.string().nullable() }).nullable(),
  /** Null where the backend does not count. */
  usage: z
    .object({ promptTokens: z.number(), cachedTokens: z.number().nullable(), completionTokens: z.number() })
    .nullable(),
  /** From the request to the first byte, in milliseconds; null when there was none. */
  firstByteMs: z.number().nullable(),
  totalMs: z.number(),
  /** The code of the error that the client got; null when the answer is whole. */
  error: z.string().nullable(),
});
export type RequestRecord = z.infer<typeof requestRecordSchema>;
