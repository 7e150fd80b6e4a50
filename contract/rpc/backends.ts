import * as z from "zod";
import { wireErrorSchema } from "../errors/mesh-error.ts";
import { backendChangesSchema, backendWishSchema, proxyLoginSchema } from "../mesh/backend-entry.ts";
import { fingerprintSchema, shownCertificateSchema } from "../mesh/certificate.ts";
import { connectionTestSchema } from "../mesh/connection-test.ts";
import { healthSchema } from "../mesh/health.ts";
import { backendIdSchema } from "../mesh/ids.ts";
import { modelStateSchema } from "../mesh/model.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { recognisedProgramSchema } from "../mesh/server-program.ts";
import { request } from "./definition.ts";

/** Null for what is not known. */
export const backendSummarySchema = z.object({
  id: backendIdSchema,
  kind: z.string(),
  label: z.string(),
  /** What answers there, where it was recognised. */
  program: recognisedProgramSchema.nullable().default(null),
  /** As configured; null for the node's own engine. */
  url: z.string().nullable(),
  privacy: privacyLabelSchema,
  enabled: z.boolean(),
  priority: z.number(),
  weight: z.number(),
  maxConcurrent: z.number().nullable(),
  /** Whether there is a key for it. The key itself is never told. */
  hasKey: z.boolean(),
  health: healthSchema,
  /** Why it is not healthy, in words. */
  reason: z.string().nullable(),
  /** For how long its health has been what it is, in milliseconds. */
  sinceMs: z.number().nullable(),
  models: z.array(z.string()),
  /** Whether its models can be loaded and unloaded from here. */
  canManage: z.boolean().default(false),
  openRequests: z.number(),
  waitingRequests: z.number(),
  /** Moving average of the time to the first byte, in milliseconds. */
  latencyMs: z.number().nullable(),
});
export type BackendSummary = z.infer<typeof backendSummarySchema>;

const id = z.object({ id: z.string().min(1).max(128) });
const one = z.object({ backend: backendSummarySchema });
const list = z.object({ backends: z.array(backendSummarySchema) });
/** Only ever from a client to the node, over the private socket. */
const key = z.string().min(1).max(4096);
/** Null when it was not tried. */
const tested = one.extend({ test: connectionTestSchema.nullable() });

/** The node's own engine, and the servers of its configuration. */
export const backendsList = request("backends/list", z.object({}), list);

/**
 * Adds a server to the configuration file, after trying it with a real request. `force` adds it untried. A name that is
 * taken is refused with `backend_exists`; an address or label that may not be used, with `backend_invalid`.
 */
export const backendsAdd = request(
  "backends/add",
  z.object({
    entry: backendWishSchema,
    key: key.optional(),
    proxyLogin: proxyLoginSchema.optional(),
    force: z.boolean(),
  }),
  tested,
);

/** The same for a change; it is tried when anything is another that decides how it is reached. */
export const backendsEdit = request(
  "backends/edit",
  id.extend({
    changes: backendChangesSchema,
    key: key.optional(),
    proxyLogin: proxyLoginSchema.optional(),
    force: z.boolean(),
  }),
  tested,
);

/**
 * Looks at the certificate that a server shows; nothing is sent to it. `shown` is null where it speaks plain HTTP.
 */
export const backendsCertificate = request(
  "backends/certificate",
  id,
  z.object({ shown: shownCertificateSchema.nullable() }),
);

/**
 * Trusts the certificate of this fingerprint for this server alone: it is written into the configuration as `tls.ca`. What
 * the server shows by then must be the same, and must be enough.
 */
export const backendsTrust = request("backends/trust", id.extend({ fingerprint: fingerprintSchema }), one);

/** Takes it out of the configuration and forgets its key. Its open answers go on to their end. */
export const backendsRemove = request("backends/remove", id, list);

export const backendsEnable = request("backends/enable", id, one);
/** Gets nothing new; its open answers go on. The configuration remembers it. */
export const backendsDisable = request("backends/disable", id, one);

const managed = one.extend({ model: z.string(), state: modelStateSchema.nullable() });

/**
 * Loads a model on another machine, also one that is not listed there yet. Answers when it is there. Cancelling the call ends
 * the waiting alone. `backend_unmanaged` where that cannot be done from here.
 */
export const backendsLoadModel = request(
  "backends/loadModel",
  id.extend({ model: z.string().min(1).max(256) }),
  managed,
);

/** Fails with `model_in_use` while this node's requests for it are open there, unless forced. */
export const backendsUnloadModel = request(
  "backends/unloadModel",
  id.extend({ model: z.string().min(1).max(256), force: z.boolean() }),
  managed,
);

/** Asks one server how it is, or all of them. */
export const backendsCheck = request(
  "backends/check",
  id.partial(),
  z.object({ checks: z.array(z.object({ backend: backendSummarySchema, error: wireErrorSchema.nullable() })) }),
);

/**
 * Gives it nothing new until it is enabled again. Answers when its open answers are over, or at the deadline with how
 * many are left, which go on. Cancelling the call ends the waiting alone.
 */
export const backendsDrain = request(
  "backends/drain",
  id.extend({ deadlineSeconds: z.number().min(0).max(86_400) }),
  z.object({ openRequests: z.number() }),
);
