import * as z from "zod";
import { wireErrorSchema } from "../errors/mesh-error.ts";
import { backendIdSchema } from "../mesh/ids.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { requestRecordSchema, routeExplanationSchema, strategyIdSchema } from "../mesh/routing.ts";
import { routedPathSchema } from "../openai/paths.ts";
import { request } from "./definition.ts";

/** Where a request for this name would go now, and why. Sends nothing. */
export const routesExplain = request(
  "routes/explain",
  z.object({
    model: z.string().min(1).max(512),
    path: routedPathSchema.default("/v1/chat/completions"),
    strategy: strategyIdSchema.optional(),
    privacy: privacyLabelSchema.optional(),
    /** What the folder that the question comes from allows. */
    workspacePrivacy: privacyLabelSchema.optional(),
    /** How long the prompt is, in tokens. */
    promptTokens: z.number().int().min(0).default(100),
  }),
  z.object({
    explanation: routeExplanationSchema,
    /** What the client would be told; null when some place can answer. */
    error: wireErrorSchema.nullable(),
  }),
);

/** Sets what is given, in the configuration file and from the next request on; answers with what holds. */
export const routesConfigure = request(
  "routes/configure",
  z.object({ strategy: strategyIdSchema.optional(), privacy: privacyLabelSchema.optional() }),
  z.object({ strategy: strategyIdSchema, privacy: privacyLabelSchema }),
);

/** What is wanted of the remembered requests. */
export const requestFilterSchema = z.object({
  /** As it was asked for, or as it answered. */
  model: z.string().optional(),
  backend: backendIdSchema.optional(),
  client: z.string().optional(),
  onlyFailed: z.boolean().default(false),
  /** An instant; older ones are left out. */
  since: z.iso.datetime().optional(),
});
export type RequestFilter = z.infer<typeof requestFilterSchema>;

/** Remembered requests, newest first: metadata, never a prompt. */
export const requestsList = request(
  "requests/list",
  requestFilterSchema.extend({
    limit: z.number().int().min(1).max(500).default(50),
    /** Only what is older than this record: the last one of the page before. */
    before: z.string().optional(),
  }),
  z.object({ records: z.array(requestRecordSchema), hasMore: z.boolean() }),
);

/** One remembered request. */
export const requestsGet = request(
  "requests/get",
  z.object({ id: z.string().min(1).max(64) }),
  z.object({ record: requestRecordSchema.nullable() }),
);
