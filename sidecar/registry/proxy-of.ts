import { isExempt } from "../platform/proxy-exemption.ts";
import type { ProxySettings } from "../platform/proxy-settings.ts";
import type { BackendEntry } from "./backend-entry.ts";
import { type ProxyAddress, readProxyAddress } from "./proxy-address.ts";
import type { ServerAddress } from "./server-address.ts";

export interface ChosenProxy {
  /** As it was written; never shown, since an environment's may hold a password. */
  readonly text: string;
  readonly address: ProxyAddress | { readonly problem: string };
}

/**
 * The proxy that leads to a server, or null. What the entry says counts before the environment, whose proxies are never
 * used for this machine itself or for what `NO_PROXY` names.
 */
export function proxyOf(
  entry: Pick<BackendEntry, "proxy">,
  address: ServerAddress,
  { httpProxy, httpsProxy, noProxy }: ProxySettings,
): ChosenProxy | null {
  if (entry.proxy === "none") return null;
  if (entry.proxy !== undefined) return { text: entry.proxy, address: readProxyAddress(entry.proxy) };
  const { protocol, port } = new URL(address.origin);
  const isSecure = protocol === "https:";
  const text = isSecure ? httpsProxy : httpProxy;
  if (text === "" || address.privacy === "local") return null;
  const wanted = port === "" ? (isSecure ? 443 : 80) : Number(port);
  return isExempt(address.host, wanted, noProxy) ? null : { text, address: readProxyAddress(text) };
}
