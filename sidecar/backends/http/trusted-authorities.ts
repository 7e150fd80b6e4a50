import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

/** Each takes some four megabytes; beyond this many the oldest goes, and is made anew where it is still used. */
const maxContexts = 32;
/** By the private certificates of a place. */
const contexts = new Map<string, SecureContext>();
let common: readonly string[] | undefined;

/**
 * What servers' certificates are checked against: the authorities that come with Node.js, those of `NODE_EXTRA_CA_CERTS`
 * and of the system, and the private ones of this place (PEM). Made at the first connection that needs it, since reading
 * the system's takes some 50 ms.
 *
 * @throws Error when `ca` is no certificate
 */
export function trustWith(ca = ""): SecureContext {
  const existing = contexts.get(ca);
  if (existing !== undefined) return existing;
  common ??= [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
  const context = createSecureContext({
    ca: ca === "" ? [...common] : [...common, ca],
    minVersion: "TLSv1.2",
    // A person may trust one server, or an authority in the middle, without the authority above it.
    ...(ca === "" ? {} : { allowPartialTrustChain: true }),
  });
  const [oldest] = contexts.keys();
  if (contexts.size >= maxContexts && oldest !== undefined) contexts.delete(oldest);
  contexts.set(ca, context);
  return context;
}
