import { resolve } from "node:path";
import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type BackendChanges, backendFields } from "../../contract/mesh/backend-entry.ts";
import type { CommandContext, FlagDefinitions } from "./command.ts";

/** What can be said about a backend on the command line. The key is no flag. */
export const backendFlags = {
  kind: { type: "string" },
  label: { type: "string" },
  privacy: { type: "string" },
  priority: { type: "string" },
  weight: { type: "string" },
  "max-concurrent": { type: "string" },
  models: { type: "string" },
  url: { type: "string" },
  fingerprint: { type: "string" },
  proxy: { type: "string" },
  ca: { type: "string" },
} as const satisfies FlagDefinitions;

/** What the flags say; `default` takes a setting back. @throws MeshError `backend_invalid` */
export function readBackendFlags(backend: string, { flags }: Pick<CommandContext, "flags">): BackendChanges {
  const read = <S extends z.ZodType>(name: keyof typeof backendFlags, schema: S, parse: (text: string) => unknown) => {
    const text = flags[name];
    if (typeof text !== "string") return undefined;
    if (text === "default") return null;
    const parsed = schema.safeParse(parse(text));
    if (parsed.success) return parsed.data as z.infer<S>;
    const problem = `--${name}: ${parsed.error.issues[0]?.message ?? "not valid"}`;
    throw new MeshError("backend_invalid", { backend, problem });
  };
  const text = (value: string): string => value;
  const { kind, url, label, privacy, priority, weight, maxConcurrent, models, fingerprint, proxy, tls } = backendFields;
  const changes = {
    kind: read("kind", kind, text) ?? undefined,
    url: read("url", url, text) ?? undefined,
    label: read("label", label, text),
    privacy: read("privacy", privacy, text),
    priority: read("priority", priority, Number),
    weight: read("weight", weight, Number),
    maxConcurrent: read("max-concurrent", maxConcurrent, Number),
    fingerprint: read("fingerprint", fingerprint, text),
    proxy: read("proxy", proxy, text),
    // The node may run in another folder.
    tls: read("ca", tls, (path) => ({ ca: resolve(path) })),
    models: read("models", models, (value) => value.split(",").map((name) => name.trim())),
  };
  // What was not said is not sent either.
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as BackendChanges;
}
