import { connect, type LookupFunction, type Socket } from "node:net";
import { errorReason } from "../../platform/error-reason.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

/** A proxy that tunnels by CONNECT. It sees the server's name and port; what goes through it is for TLS to hide. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Of a `Proxy-Authorization` header; it goes to the proxy alone. */
  readonly authorization?: string;
  readonly lookup?: LookupFunction;
}

/** What is wrong with a proxy: `credentials`, it wants a name and a password, or others than it has got. */
export type ProxyFault = "unreachable" | "credentials" | "refused" | "no proxy";

/** The proxy did not lead to the server. The message is words to be shown; nothing of its answer is quoted. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly fault: ProxyFault;

  constructor(fault: ProxyFault, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.fault = fault;
  }
}

const maxHeadBytes = 16 * 1024;

/**
 * Asks a proxy to connect to `authority` (`host:port`). Ends exactly once, by `done` with a socket on which nothing but
 * the server's bytes follow or with a ProxyError, or silently by `destroy`.
 */
export class ProxyTunnel {
  readonly #socket: Socket;
  readonly #done: (result: Socket | ProxyError) => void;
  #held = "";
  #isOver = false;

  /** @throws TypeError when a part of the request would be read as something else */
  constructor(proxy: HttpProxy, authority: string, done: (result: Socket | ProxyError) => void) {
    this.#done = done;
    const { host, port, lookup, authorization } = proxy;
    const head = requestHead(authority, authorization);
    const socket = connect({ host, port, noDelay: true, ...(lookup === undefined ? {} : { lookup }) });
    this.#socket = socket;
    socket.once("connect", () => socket.write(head, "latin1"));
    socket.on("data", this.#onData);
    socket.on("error", this.#onError);
    socket.once("close", this.#onClose);
  }

  /** Nobody waits any more. */
  destroy(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#held += bytes.toString("latin1");
    const end = this.#held.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.#held.length > maxHeadBytes) this.#fail(new ProxyError("no proxy", "it sends something else than HTTP"));
      return;
    }
    try {
      checkAnswer(parseResponseHead(this.#held.slice(0, end + 2)), this.#held.length > end + 4);
    } catch (error) {
      const isProxy = error instanceof ProxyError;
      this.#fail(isProxy ? error : new ProxyError("no proxy", "it sends something else than HTTP"));
      return;
    }
    this.#isOver = true;
    const socket = this.#socket;
    socket.off("data", this.#onData);
    socket.off("close", this.#onClose);
    // Until somebody listens, nothing is read.
    socket.pause();
    this.#done(socket);
  };

  readonly #onError = (error: Error): void => {
    // It stays for the socket's whole life: an error that its owner does not hear yet must not end the process.
    if (!this.#isOver) this.#fail(new ProxyError("unreachable", errorReason(error), { cause: error }));
  };

  readonly #onClose = (): void => {
    if (!this.#isOver) this.#fail(new ProxyError("unreachable", "it closes the connection without an answer"));
  };

  #fail(error: ProxyError): void {
    this.destroy();
    this.#done(error);
  }
}

function requestHead(authority: string, authorization: string | undefined): string {
  // Both are made of addresses and Base64; this is the last fence before the bytes.
  if (/[^\x21-\x7e]/.test(authority) || (authorization !== undefined && /[^\x20-\x7e]/.test(authorization))) {
    throw new TypeError("The request to the proxy is malformed.");
  }
  const credentials = authorization === undefined ? "" : `proxy-authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\nuser-agent: inference-mesh\r\n${credentials}\r\n`;
}

/** @throws ProxyError when the answer opens no tunnel, or one that does not begin clean */
function checkAnswer({ status, contentType }: ResponseHead, hasSurplus: boolean): void {
  if (status === 407) throw new ProxyError("credentials", "it wants a name and a password (HTTP status 407)");
  if (status >= 300 && status < 400) {
    throw new ProxyError("refused", `it redirects elsewhere (HTTP status ${status}), and redirects are not followed`);
  }
  const isPage = /^(?:text\/html|application\/xhtml)/i.test(contentType ?? "");
  if (status >= 300) {
    const page = isPage ? ", with a web page" : "";
    const problem = status < 500 ? "does not connect to" : "cannot reach";
    throw new ProxyError("refused", `it ${problem} that server (HTTP status ${status}${page})`);
  }
  if (status < 200) throw new ProxyError("no proxy", `it answers with HTTP status ${status}`);
  // No server speaks before it is spoken to: these bytes are the proxy's, and would be taken for the server's answer.
  if (hasSurplus)
    throw new ProxyError("no proxy", isPage ? "it answers with a web page" : "it speaks before the server");
}
