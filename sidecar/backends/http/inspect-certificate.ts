import type { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { HttpTarget } from "./http-target.ts";
import { connectionPlace } from "./open-socket.ts";
import { trustWith } from "./trusted-authorities.ts";

/** What a server shows of itself, and what Node.js' check finds wrong with it: a code of OpenSSL, or null. */
export interface ShownCertificate {
  readonly fault: string | null;
  readonly leaf: X509Certificate;
  /** The last certificate of the chain that it sends: trusting it makes the chain whole. The leaf where there is no other. */
  readonly anchor: X509Certificate;
}

/** Nobody's chain is longer; a server that sends more is not followed further. */
const maxChain = 10;

/**
 * Shakes hands with a server to look at its certificate, and hangs up: nothing is sent whatever it shows. The only
 * connection that goes on with a certificate that is not trusted, and so it must never be handed out.
 *
 * @throws Error when there is no handshake, or the signal's reason
 */
export function inspectCertificate(
  target: HttpTarget,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ShownCertificate> {
  const url = new URL(target.origin);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const options = {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext: trustWith(target.tls?.ca),
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: false,
  };
  const place = connectionPlace(target);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let end = (): void => undefined;
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      end();
      finish();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    const fail = (error: Error): void => settle(() => reject(error));
    const timer = setTimeout(() => fail(new Error("no handshake in time")), timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    const look = (socket: TLSSocket): void => {
      end = () => socket.destroy();
      socket.on("error", fail);
      socket.once("close", () => fail(new Error("the connection was closed")));
      socket.once("secureConnect", () => {
        const shown = readShown(socket);
        settle(() => (shown === undefined ? reject(new Error("there is no certificate")) : resolve(shown)));
      });
    };
    if (place.proxied === undefined) {
      const { resolver } = target;
      const port = Number(url.port || 443);
      look(connectTls({ ...options, port, ...(resolver === undefined ? {} : { lookup: resolver.lookup }) }));
      return;
    }
    const tunnel = place.proxied.tunnel((result: Socket | Error) => {
      if (result instanceof Error) fail(result);
      else look(connectTls({ ...options, socket: result }));
    });
    end = () => tunnel.destroy();
  });
}

function readShown(socket: TLSSocket): ShownCertificate | undefined {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return undefined;
  let anchor = leaf;
  for (let count = 1; count < maxChain && anchor.issuerCertificate !== undefined; count++) {
    anchor = anchor.issuerCertificate;
  }
  // Its type says Error; it is the error's code.
  const fault = socket.authorized ? null : String(socket.authorizationError);
  return { fault, leaf, anchor };
}
