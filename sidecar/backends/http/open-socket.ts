import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { HttpTarget } from "./http-target.ts";
import { ProxyTunnel } from "./proxy-tunnel.ts";
import { trustWith } from "./trusted-authorities.ts";

/** Where connections of one pool lead. */
export interface ConnectionPlace {
  /** What the requests' Host header says. */
  readonly hostHeader: string;
  /** A socket that begins to connect. Its bytes go to `onread` alone. */
  open(onread: OnReadOpts): Socket;
  /** The event by which the connection can be used. */
  readonly readyEvent: "connect" | "secureConnect";
  /** Set where a proxy stands between: then connections begin with a tunnel, and not with `open`. */
  readonly proxied?: {
    tunnel(done: (result: Socket | Error) => void): ProxyTunnel;
    /** What to speak through an open tunnel. Its bytes come as `data` events. */
    enter(tunnel: Socket): Socket;
  };
}

/** @throws TypeError when the origin is no `http:` or `https:` address */
export function connectionPlace(target: HttpTarget): ConnectionPlace {
  const { origin, socketPath, resolver, tls, proxy } = target;
  const url = new URL(origin);
  const isSecure = url.protocol === "https:";
  if (!isSecure && url.protocol !== "http:") throw new TypeError("an HTTP address is expected");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port === "" ? (isSecure ? 443 : 80) : url.port);
  const lookup = resolver === undefined ? {} : { lookup: resolver.lookup };
  const address = socketPath === undefined ? { host, port, ...lookup } : { path: socketPath };
  const secured = (): ConnectionOptions => ({
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext: trustWith(tls?.ca),
    ALPNProtocols: ["http/1.1"],
  });
  const through = proxy && {
    proxied: {
      tunnel: (done: (result: Socket | Error) => void) => new ProxyTunnel(proxy, `${url.hostname}:${port}`, done),
      enter: (tunnel: Socket) => (isSecure ? connectTls({ ...secured(), host, socket: tunnel }) : tunnel),
    },
  };
  if (!isSecure) {
    return {
      hostHeader: url.host,
      readyEvent: "connect",
      open: (onread) => connectPlain({ ...address, noDelay: true, onread }),
      ...through,
    };
  }
  return {
    hostHeader: url.host,
    readyEvent: "secureConnect",
    open: (onread) => {
      // Node.js takes it for both kinds of sockets; its types know it for plain ones only.
      const options: ConnectionOptions & { onread: OnReadOpts } = { ...address, ...secured(), onread };
      const socket = connectTls(options);
      socket.setNoDelay(true);
      return socket;
    },
    ...through,
  };
}
