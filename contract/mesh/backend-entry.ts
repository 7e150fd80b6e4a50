import * as z from "zod";
import { privacyLabelSchema } from "./privacy-label.ts";

/** Names a backend in commands, headers and records. */
export const backendNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "expected at most 64 of a-z, 0-9, '.', '_' and '-'")
  .refine((id) => id !== "local-engine", "this name belongs to the node's own engine");

/** Kinds of servers that a person can name. */
export const serverKindSchema = z.enum([
  "openai-compatible",
  "router",
  "anthropic",
  "openai",
  "gemini",
  "ollama",
  "backend-ai-go",
]);
export type ServerKind = z.infer<typeof serverKindSchema>;

/** How much a probe asks: whether somebody listens, for the model list, or for one token. */
export const probeLevelSchema = z.enum(["port", "models", "generate"]);

const seconds = z.number().positive().max(86_400);

const uncheckedName = /verify|insecure|reject|selfsigned|self_signed/i;

/** Somebody who looks for a way around the check is told the way through it. */
export function sayAlwaysChecked(issue: { readonly code: string; readonly keys?: readonly string[] }) {
  const isOne = issue.code === "unrecognized_keys" && issue.keys?.some((key) => uncheckedName.test(key)) === true;
  if (!isOne) return undefined;
  return "certificates are always checked, or a key could be sent to anyone; trust this server's own one: inference-mesh backends trust <name>";
}

/** What can be said about one server, each with what it must be. Which may be left out is said where they are used. */
export const backendFields = {
  id: backendNameSchema,
  kind: serverKindSchema,
  /** An address as a person has it: with or without `/v1`, or of a page of that server. */
  url: z.string().min(1).max(2048),
  /** What people see; by default the id. */
  label: z.string().min(1).max(64),
  enabled: z.boolean(),
  /** How far a prompt travels; by default as far as the address tells. It can only be named wider than that. */
  privacy: privacyLabelSchema,
  /** 0 is asked first; the node's own engine has 0. */
  priority: z.number().int().min(0).max(1000),
  weight: z.number().int().min(1).max(100),
  /** Requests of this node that it gets at the same time; the others wait here. */
  maxConcurrent: z.number().int().min(1).max(100_000),
  /** For servers that do not list their models, or list too many. */
  models: z.array(z.string().min(1).max(256)).max(1024),
  /** What is behind a model's name, where the server does not tell: two places with the same text are one pool. */
  artifacts: z.record(z.string(), z.string().min(1).max(256)),
  /** The context of one conversation, in tokens, where the server does not tell. */
  contextTokens: z.number().int().min(1),
  /** Of a Backend.AI GO machine, as that shows it (`fp_…`): with it, models can be loaded and unloaded there. */
  fingerprint: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_:.-]{0,127}$/, "expected a fingerprint such as fp_a1b2c3"),
  probe: z.strictObject({
    level: probeLevelSchema.optional(),
    intervalSeconds: z.number().min(1).max(3600).optional(),
  }),
  /** Where they differ from the node's. */
  limits: z.strictObject({
    connectSeconds: seconds.optional(),
    firstTokenSeconds: seconds.optional(),
    idleSeconds: seconds.optional(),
  }),
  /** The HTTP proxy that leads there, or `none` whatever the environment says; without it, the environment's counts. */
  proxy: z.string().min(1).max(2048),
  /** `ca`: certificates that count for this server besides the usual ones, as PEM or as the path of a PEM file. */
  tls: z.strictObject(
    {
      ca: z
        .string()
        .min(1)
        .max(256 * 1024)
        .optional(),
    },
    { error: sayAlwaysChecked },
  ),
} as const;

const { id, kind, url, ...others } = backendFields;

/** A server as a person adds it. What is left out is the default; only some kinds have an address by default. */
export const backendWishSchema = z.strictObject(
  { id, kind, url: url.optional(), ...z.object(others).partial().shape },
  { error: sayAlwaysChecked },
);
export type BackendWish = z.infer<typeof backendWishSchema>;

const nullable = <S extends z.ZodType>(schema: S) => schema.nullable().optional();

/** What to change of a server; null goes back to the default. Its name stays, since records and aliases use it. */
export const backendChangesSchema = z.strictObject({
  kind: kind.optional(),
  url: url.optional(),
  label: nullable(others.label),
  privacy: nullable(others.privacy),
  priority: nullable(others.priority),
  weight: nullable(others.weight),
  maxConcurrent: nullable(others.maxConcurrent),
  models: nullable(others.models),
  artifacts: nullable(others.artifacts),
  contextTokens: nullable(others.contextTokens),
  fingerprint: nullable(others.fingerprint),
  probe: nullable(others.probe),
  limits: nullable(others.limits),
  proxy: nullable(others.proxy),
  tls: nullable(others.tls),
});
export type BackendChanges = z.infer<typeof backendChangesSchema>;

/** Of a proxy. Only ever from a client to the node, over the private socket; the name ends at its first colon. */
export const proxyLoginSchema = z.strictObject({
  user: z.string().regex(/^[^:\p{Cc}]{1,256}$/u, "expected a name without a colon"),
  password: z.string().regex(/^\P{Cc}{1,1024}$/u, "expected one line"),
});
export type ProxyLogin = z.infer<typeof proxyLoginSchema>;
