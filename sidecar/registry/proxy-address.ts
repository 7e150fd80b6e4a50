import { isIP } from "node:net";
import { isForbiddenAddress } from "../platform/address-range.ts";

/** Where a proxy is. */
export interface ProxyAddress {
  /** `http://host:port`, always with its port. */
  readonly origin: string;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads a proxy's address, with or without `http://`. Credentials are left out of the result. What cannot be used comes
 * back as a problem in words, in which nothing of the text is quoted: it may hold a password.
 */
export function readProxyAddress(text: string): ProxyAddress | { readonly problem: string } {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) return { problem: "expected an address such as http://proxy:3128, or none" };
  const url = new URL(withScheme);
  if (url.protocol !== "http:") {
    return { problem: `servers are reached through HTTP proxies only, and not through ${url.protocol.slice(0, -1)}` };
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host === "" || url.pathname.length > 1 || url.search !== "" || url.hash !== "") {
    return { problem: "expected an address such as http://proxy:3128, or none" };
  }
  if (isIP(host) !== 0 && isForbiddenAddress(host)) {
    return { problem: "the address is link-local or a cloud's metadata service, which is no proxy" };
  }
  const port = url.port === "" ? 80 : Number(url.port);
  return { origin: `http://${url.hostname}:${port}`, host, port };
}

/** What an environment's address says besides: `user:password` in Base64, or null. */
export function credentialsIn(text: string): string | null {
  const withScheme = text.includes("://") ? text : `http://${text}`;
  const { username, password } = new URL(withScheme);
  if (username === "" && password === "") return null;
  return Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64");
}

/** A stray percent sign is no escape, but one of the password's characters. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
