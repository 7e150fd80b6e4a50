import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { KeyFile } from "../secrets/key-file.ts";

const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Refuses requests that were not meant for this machine. A web page can make a browser send requests to loopback
 * (also through a name that it re-points there), but it cannot choose the Host header or hide its origin.
 *
 * @throws MeshError `foreign_host`, `foreign_origin`
 */
export function checkOrigin(request: IncomingMessage): void {
  // Two Host headers, or none, are no honest request; node:http joins nothing here but keeps the first.
  const hosts = request.headersDistinct.host ?? [];
  const host = hosts[0];
  if (hosts.length !== 1 || host === undefined || !loopbackNames.has(hostName(host))) {
    throw new MeshError("foreign_host", {});
  }
  const { origin } = request.headers;
  if (origin !== undefined && !isLoopbackOrigin(origin)) throw new MeshError("foreign_origin", {});
}

/**
 * The one authentication step, before any routing. Whatever carries a credential is read here and nowhere else.
 *
 * @throws MeshError `missing_key`, `wrong_key`
 */
export function authenticate(request: IncomingMessage, key: KeyFile): void {
  const credentials = request.headersDistinct.authorization ?? [];
  if (credentials.length === 0) throw new MeshError("missing_key", {});
  const match = /^Bearer +(\S+)$/i.exec(credentials[0] ?? "");
  // More than one credential is refused, so that no second reader can prefer another one.
  if (credentials.length > 1 || match?.[1] === undefined || !key.matches(match[1]))
    throw new MeshError("wrong_key", {});
}

/** The name of `host[:port]`, in lower case. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  // Other schemes may have hosts as well, and whoever wrote the page chooses them.
  return ["http:", "https:"].includes(protocol) && loopbackNames.has(hostname.toLowerCase());
}
