/** Which proxies to use, as undici's `EnvHttpProxyAgent` takes them. Empty means none. */
export interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
  /** Variables whose value is no address of a proxy. Names only: a value may hold a password. */
  readonly ignored: readonly string[];
}

export const noProxies: ProxySettings = { httpProxy: "", httpsProxy: "", noProxy: "*", ignored: [] };

const protocols: ReadonlySet<string> = new Set(["http:", "https:", "socks5:", "socks:"]);
/** A proxy on another machine would look for these on itself. */
const thisMachine = "localhost,127.0.0.1,[::1]";

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in small letters first as other programs do; `ALL_PROXY` stands for
 * those of the first two that are not set. An address may lack `http://`. One that is none is left out, since a node must start with it as well.
 */
export function readProxySettings(env: NodeJS.ProcessEnv): ProxySettings {
  const ignored: string[] = [];
  const read = (name: string): string => {
    const value = env[name.toLowerCase()] ?? env[name] ?? "";
    if (value === "") return "";
    const address = value.includes("://") ? value : `http://${value}`;
    if (URL.canParse(address) && protocols.has(new URL(address).protocol)) return address;
    ignored.push(name);
    return "";
  };
  const all = read("ALL_PROXY");
  const httpProxy = read("HTTP_PROXY") || all;
  const httpsProxy = read("HTTPS_PROXY") || all;
  const exceptions = env.no_proxy ?? env.NO_PROXY ?? "";
  const noProxy = exceptions === "" ? thisMachine : `${exceptions},${thisMachine}`;
  return { httpProxy, httpsProxy, noProxy, ignored };
}

export const usesProxy = ({ httpProxy, httpsProxy }: ProxySettings): boolean => httpProxy !== "" || httpsProxy !== "";
