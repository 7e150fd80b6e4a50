import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ApiKeyScope } from "../../contract/mesh/api-key.ts";
import type { ApiKeys } from "../secrets/api-keys.ts";
import type { KeyFile } from "../secrets/key-file.ts";
import { masterPrincipal, namedPrincipal, type Principal } from "./principal.ts";
import { countHeader } from "./read-head.ts";

const bearer = /^Bearer +(\S+)$/i;
const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Refuses requests that were not meant for this machine. A web page can make a browser send requests to loopback
 * (also through a name that it re-points there), but it cannot choose the Host header or hide its origin.
 *
 * @throws MeshError `foreign_host`, `foreign_origin`
 */
export function checkOrigin(request: IncomingMessage): void {
  // Two Host headers, or none, are no honest request; node:http joins nothing here but keeps the first.
  const { host } = request.headers;
  if (host === undefined || countHeader(request, "host") !== 1 || !loopbackNames.has(hostName(host))) {
    throw new MeshError("foreign_host", {});
  }
  const { origin } = request.headers;
  if (origin !== undefined && !isLoopbackOrigin(origin)) throw new MeshError("foreign_origin", {});
}

/** Whose keys open the gateway. */
export interface GatewayKeys {
  readonly master: Pick<KeyFile, "matches">;
  readonly named: Pick<ApiKeys, "find">;
}

/**
 * The one authentication step, before any routing. From here on a request is its principal's, whatever carried the key.
 *
 * @throws MeshError `missing_key`, `wrong_key`, `key_expired`, `key_disabled`
 */
export function authenticate(request: IncomingMessage, { master, named }: GatewayKeys): Principal {
  const credential = readCredential(request);
  if (master.matches(credential)) return masterPrincipal;
  const found = named.find(credential);
  if (found === undefined) throw new MeshError("wrong_key", {});
  return namedPrincipal(found);
}

/** Refuses what the key was not made for; the node's figures never go without one. @throws MeshError `key_scope`, `missing_key` */
export function checkScope({ kind, scopes }: Principal, scope: ApiKeyScope): void {
  if (kind === "keyless" && scope === "metrics") throw new MeshError("missing_key", {});
  if (scopes !== null && !scopes.includes(scope)) throw new MeshError("key_scope", { scope });
}

/**
 * Whatever carries a credential is read here and nowhere else: a bearer token, or `x-api-key` as Anthropic's clients send it.
 *
 * @throws MeshError `missing_key`, `wrong_key`
 */
function readCredential(request: IncomingMessage): string {
  const { authorization, "x-api-key": apiKey } = request.headers;
  if (authorization === undefined && apiKey === undefined) throw new MeshError("missing_key", {});
  const credential = authorization === undefined ? String(apiKey) : bearer.exec(authorization)?.[1];
  // More than one credential is refused, so that no second reader can prefer another one.
  const count = countHeader(request, "authorization") + countHeader(request, "x-api-key");
  if (credential === undefined || count > 1) throw new MeshError("wrong_key", {});
  return credential;
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
