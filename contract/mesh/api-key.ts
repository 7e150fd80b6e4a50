import * as z from "zod";
import { modelNameSchema } from "./alias.ts";
import { privacyLabelSchema } from "./privacy-label.ts";

/** Names that requests without a named key go by in the request log. */
const reservedNames = new Set(["gateway", "count"]);

export const apiKeyNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected at most 64 letters, digits, '.', '_' and '-'")
  .refine((name) => !reservedNames.has(name), "this name stands for requests without a named key");

/** What a key is for: to ask models, to see which there are, or to read the node's figures. */
export const apiKeyScopes = ["inference", "models", "metrics"] as const;
/** What a key is for when nobody says: a tool that asks models has no business with who else does. */
export const defaultApiKeyScopes = ["inference", "models"] as const satisfies readonly (typeof apiKeyScopes)[number][];
export const apiKeyScopeSchema = z.enum(apiKeyScopes);
export type ApiKeyScope = z.infer<typeof apiKeyScopeSchema>;

/** What a person sets about a key. Null is no limit. */
export const apiKeySettingsSchema = z.object({
  /** From this moment on the key is refused, and open answers end. */
  expiresAt: z.iso.datetime().nullable(),
  scopes: z.array(apiKeyScopeSchema).min(1),
  /** Aliases or models that it may ask for. */
  models: z.array(modelNameSchema).min(1).max(256).nullable(),
  /** The widest label that its requests may reach. */
  privacy: privacyLabelSchema.nullable(),
  requestsPerMinute: z.number().int().min(1).max(1_000_000).nullable(),
  /** Of prompts and answers together. */
  tokensPerMinute: z.number().int().min(1).max(1_000_000_000).nullable(),
  enabled: z.boolean(),
});
export type ApiKeySettings = z.infer<typeof apiKeySettingsSchema>;

/** What is not there stays as it is. */
export const apiKeyChangesSchema = apiKeySettingsSchema.partial();
export type ApiKeyChanges = z.infer<typeof apiKeyChangesSchema>;

/** A key as people see it: everything but the key. */
export const apiKeySummarySchema = apiKeySettingsSchema.extend({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
});
export type ApiKeySummary = z.infer<typeof apiKeySummarySchema>;
