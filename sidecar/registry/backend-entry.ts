import { isAbsolute } from "node:path";
import * as z from "zod";
import { backendFields, sayAlwaysChecked } from "../../contract/mesh/backend-entry.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { pemProblem } from "../platform/pem-certificates.ts";
import { readProxyAddress } from "./proxy-address.ts";
import { privacyProblem, readServerAddress } from "./server-address.ts";

const { id, kind, label, privacy, maxConcurrent, models, contextTokens, limits } = backendFields;
const { enabled, priority, weight, artifacts, probe, url, fingerprint, proxy, tls } = backendFields;

/**
 * One server in `config.yaml`. What only some kinds take is checked by the kind (`backends/index.ts`): this is the part
 * that all have. An address that may not be used is refused here, so that no file can bring one in.
 */
export const backendEntrySchema = z
  .strictObject(
    {
      id,
      kind,
      /** Of a cloud it may be left out. */
      url: url.optional(),
      label: label.optional(),
      enabled: enabled.default(true),
      privacy: privacy.optional(),
      priority: priority.default(10),
      weight: weight.default(1),
      maxConcurrent: maxConcurrent.optional(),
      models: models.optional(),
      artifacts: artifacts.default({}),
      contextTokens: contextTokens.optional(),
      fingerprint: fingerprint.optional(),
      probe: z
        .strictObject({
          level: probe.shape.level.unwrap().default("models"),
          intervalSeconds: probe.shape.intervalSeconds.unwrap().default(15),
        })
        .prefault({}),
      limits: limits.prefault({}),
      proxy: proxy.optional(),
      tls: tls.optional(),
    },
    { error: sayAlwaysChecked },
  )
  .transform((entry, context) => {
    const known = entry.url ?? serverKinds[entry.kind].url;
    if (known !== null) return { ...entry, url: known };
    context.addIssue({
      code: "custom",
      path: ["url"],
      message: "a server of this kind may be anywhere: say where it is",
    });
    return z.NEVER;
  })
  .superRefine((entry, context) => {
    if (entry.fingerprint !== undefined && entry.kind !== "backend-ai-go") {
      context.addIssue({
        code: "custom",
        path: ["fingerprint"],
        message: "only a machine of the kind backend-ai-go has one",
      });
    }
    const address = readServerAddress(entry.url);
    if ("problem" in address) {
      context.addIssue({ code: "custom", path: ["url"], message: address.problem });
      return;
    }
    const problems = {
      privacy: privacyProblem(address, entry.privacy),
      proxy: entry.proxy === undefined ? null : proxyProblem(entry.proxy, address.privacy === "local"),
      "tls.ca": entry.tls?.ca === undefined ? null : caProblem(entry.tls.ca),
    };
    for (const [path, message] of Object.entries(problems)) {
      if (message !== null) context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });
export type BackendEntry = z.infer<typeof backendEntrySchema>;

/** True when a change is one of settings alone: what is known of the server holds for it, and so does what its label allows. */
export const isSameServer = (a: BackendEntry, b: BackendEntry): boolean =>
  a.id === b.id && a.kind === b.kind && a.url === b.url && a.privacy === b.privacy;

function proxyProblem(proxy: string, isLocal: boolean): string | null {
  if (proxy === "none") return null;
  if (isLocal) return "the server is on this machine, which no proxy leads to; leave it out";
  if (proxy.includes("@")) return "credentials do not belong into an address: give them with --proxy-user";
  const address = readProxyAddress(proxy);
  return "problem" in address ? address.problem : null;
}

function caProblem(ca: string): string | null {
  if (ca.includes("-----BEGIN ")) return pemProblem(ca);
  return isAbsolute(ca) ? null : "expected certificates in PEM, or a file's whole path";
}
