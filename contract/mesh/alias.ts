import * as z from "zod";
import { privacyLabelSchema } from "./privacy-label.ts";
import { strategyIdSchema } from "./routing.ts";

export const modelNameSchema = z.string().min(1).max(256);
export const aliasNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/, "expected a name without spaces and '@'");
export const revisionNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected at most 64 letters, digits, '.', '_' and '-'");
/** Share of the requests, relative to the other revisions. */
export const revisionWeightSchema = z.number().int().min(0).max(100);

/** One thing that an alias may stand for. */
const revisionSchema = z.strictObject({
  model: modelNameSchema,
  /** 0 gets no requests, but can be asked for by its name. */
  weight: revisionWeightSchema.default(100),
  /** Only these backends; by default all that have the model. */
  backends: z.array(z.string()).min(1).optional(),
});

/** A name that a person gives to one model or several. Only aliases fall back to other models. */
export const aliasSchema = z
  .strictObject({
    strategy: strategyIdSchema.optional(),
    /** The widest label that this name may use. */
    privacy: privacyLabelSchema.optional(),
    revisions: z.record(revisionNameSchema, revisionSchema),
    /** The revision that `<alias>@preview` asks. */
    preview: z.string().optional(),
    /** Models that are asked when no revision can answer, in this order. */
    fallbacks: z.array(modelNameSchema).max(16).default([]),
  })
  .refine(({ revisions }) => Object.keys(revisions).length > 0, "an alias needs a revision")
  .refine(
    ({ preview, revisions }) => preview === undefined || Object.hasOwn(revisions, preview),
    "preview names no revision",
  );
export type Alias = z.infer<typeof aliasSchema>;

/** A name that stands for models, as views show it. */
export const shownAliasSchema = z.object({
  /** `fast`, or `fast@preview`. */
  name: z.string(),
  /** The widest label that it may use; null where it sets no limit. */
  privacy: privacyLabelSchema.nullable(),
  /** What it may stand for, fallbacks included: models by name or artifact, at these backends or, where null, at any. */
  targets: z.array(z.object({ model: z.string(), backends: z.array(z.string()).nullable() })),
});
export type ShownAlias = z.infer<typeof shownAliasSchema>;

/** The weight of each revision of an alias. */
export const revisionWeightsSchema = z.record(revisionNameSchema, revisionWeightSchema);
export type RevisionWeights = z.infer<typeof revisionWeightsSchema>;
