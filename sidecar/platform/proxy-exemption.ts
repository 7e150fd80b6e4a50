import { BlockList, isIP } from "node:net";

/**
 * Whether a server is one of those that `NO_PROXY` names, by curl's rules: names hold for themselves and all below them,
 * with or without a dot in front; addresses for themselves, or with `/24` for their network; `*` for everything. An entry
 * may name a port.
 *
 * @param host a name, or an address without brackets
 */
export function isExempt(host: string, port: number, noProxy: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return noProxy.split(/[\s,]+/).some((entry) => entry !== "" && matches(entry.toLowerCase(), name, port));
}

function matches(entry: string, name: string, port: number): boolean {
  if (entry === "*") return true;
  const { place, wantedPort } = withoutPort(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const version = isIP(name);
  if (version === 0) {
    const suffix = place.replace(/^\*?\./, "").replace(/\.$/, "");
    return suffix !== "" && (name === suffix || name.endsWith(`.${suffix}`));
  }
  const [network = "", bits, ...rest] = place.split("/");
  if (isIP(network) !== version || rest.length > 0) return false;
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : most + 1;
  if (prefix > most) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(name, family);
}

function withoutPort(entry: string): { readonly place: string; readonly wantedPort?: number } {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(entry) ?? /^([^:]*):(\d{1,5})$/.exec(entry);
  if (bracketed === null) return { place: entry };
  const [, place = "", port] = bracketed;
  return port === undefined ? { place } : { place, wantedPort: Number(port) };
}
