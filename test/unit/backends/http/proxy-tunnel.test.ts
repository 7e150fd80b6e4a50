import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcp, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { HttpFailure } from "../../../../sidecar/backends/http/http-failure.ts";
import { HttpForwarder } from "../../../../sidecar/backends/http/http-forwarder.ts";
import type { ForwardTarget } from "../../../../sidecar/backends/http/http-target.ts";
import { type HttpProxy, ProxyError } from "../../../../sidecar/backends/http/proxy-tunnel.ts";
import { meshRequest } from "../../../support/mesh-request.ts";
import { chunkOf, lastChunk, RawServer, streamHead } from "../../../support/raw-server.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";
import { standInCertificate } from "../../../support/stand-in-certificate.ts";
import { TestProxy } from "../../../support/test-proxy.ts";

/** More than any buffer between: a reader must be able to hold it up. */
const longText = "x".repeat(3_000_000);
let https: Server;
let plain: RawServer;
let proxy: TestProxy;
let forwarder: HttpForwarder;
let failure: HttpFailure | undefined;

beforeAll(async () => {
  https = createServer(standInCertificate, (request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (let at = 0; at < longText.length; at += 30_000) {
        response.write(`data: ${longText.slice(at, at + 30_000)}\n\n`);
      }
      response.end("data: [DONE]\n\n");
    });
  });
  https.listen(0, "127.0.0.1");
  await once(https, "listening");
  plain = await RawServer.start((socket) => {
    socket.write(`${streamHead}${chunkOf("data: [DONE]\n\n")}${lastChunk}`);
  });
});
afterAll(async () => {
  https.close();
  https.closeAllConnections();
  await plain.dispose();
});
beforeEach(async () => {
  const ports: Record<string, number> = {
    "hub.example:443": (https.address() as AddressInfo).port,
    "other.example:443": (https.address() as AddressInfo).port,
    "plain.example:8000": Number(new URL(plain.origin).port),
  };
  proxy = await TestProxy.start((place) => ports[place]);
  forwarder = new HttpForwarder({ firstTokenMs: 10_000, idleMs: 10_000 });
  failure = undefined;
});
afterEach(async () => {
  forwarder.dispose();
  await proxy.close();
});

const through = (url = proxy.url): HttpProxy => ({ host: "127.0.0.1", port: Number(new URL(url).port) });

function target(origin: string, extra: Partial<ForwardTarget> = {}): ForwardTarget {
  return {
    origin,
    proxy: through(),
    tls: { ca: standInCertificate.cert },
    lost: (error) => {
      failure = error;
      return new MeshError("backend_unreachable", { backend: "b", problem: error.message });
    },
    refused: () => new MeshError("cancelled", {}),
    ...extra,
  };
}
const never = new AbortController().signal;
async function forward(to: ForwardTarget, sink = new RecordingSink()): Promise<RecordingSink> {
  await forwarder.forward(to, meshRequest('{"model":"m"}'), sink, never);
  return sink;
}

/** What a proxy of these bytes leads to. */
async function faultOf(answer: string | ((socket: Socket) => void)): Promise<string> {
  const write = typeof answer === "string" ? (socket: Socket) => socket.write(answer, "latin1") : answer;
  const server = await RawServer.start(write);
  try {
    await expect(forward(target("https://hub.example", { proxy: through(server.origin) }))).rejects.toThrow();
    expect(failure?.phase).toBe("connecting");
    const cause = failure?.cause;
    return cause instanceof ProxyError ? `${cause.fault}: ${cause.message}` : `none: ${failure?.message}`;
  } finally {
    await server.dispose();
  }
}

describe("a server behind a proxy", () => {
  it("answers whole through a tunnel, several times over one connection", async () => {
    for (let count = 0; count < 3; count++) {
      const { text } = await forward(target("https://hub.example"));
      expect(text.replaceAll("data: ", "").replaceAll("\n", "")).toBe(`${longText}[DONE]`);
    }
    expect(proxy.asked).toEqual(["CONNECT hub.example:443"]);
    expect(proxy.credentials).toEqual([undefined]);
  });

  it("is reached by a tunnel also where it speaks plain HTTP, so that streams are not held up", async () => {
    const sink = await forward(target("http://plain.example:8000"));
    expect(sink.text).toBe("data: [DONE]\n\n");
    expect(proxy.asked).toEqual(["CONNECT plain.example:8000"]);
    const { head } = plain.requests.at(-1) as { head: string };
    expect(head).toMatch(/^POST \/\S* HTTP\/1\.1\r\nhost: plain\.example:8000\r\n/);
  });

  it("never sees what is for the proxy, nor the proxy what is for the server", async () => {
    const heads: string[] = [];
    const recording = createTcp((socket) => {
      socket.once("data", (bytes) => heads.push(bytes.toString("latin1")));
      socket.once("data", () => socket.end("HTTP/1.1 502 No\r\n\r\n"));
    });
    recording.listen(0, "127.0.0.1");
    await once(recording, "listening");
    const { port } = recording.address() as AddressInfo;
    const headers = [["authorization", "Bearer sk-secret"]] as const;
    const way = { host: "127.0.0.1", port, authorization: "Basic YTpi" };
    await expect(forward(target("https://hub.example", { proxy: way, headers }))).rejects.toThrow();
    expect(heads).toEqual([
      "CONNECT hub.example:443 HTTP/1.1\r\nhost: hub.example:443\r\nuser-agent: inference-mesh\r\nproxy-authorization: Basic YTpi\r\n\r\n",
    ]);
    recording.close();
    await forward(target("http://plain.example:8000", { proxy: { ...through(), authorization: "Basic YTpi" } }));
    expect(proxy.credentials).toEqual(["Basic YTpi"]);
    expect(plain.requests.at(-1)?.head).not.toMatch(/proxy-authorization|YTpi/i);
  });

  it("is asked over another connection when the way or the credentials are others", async () => {
    await forward(target("https://hub.example"));
    await forward(target("https://hub.example", { proxy: { ...through(), authorization: "Basic YTpi" } }));
    expect(proxy.credentials).toEqual([undefined, "Basic YTpi"]);
  });

  it("must show a certificate of its own name, not the proxy's choice", async () => {
    await expect(forward(target("https://other.example"))).rejects.toMatchObject({
      params: { problem: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });

  it("is let go of at once when nobody waits any more, also while the proxy is silent", async () => {
    const silent = await RawServer.start(() => undefined);
    const leaving = new AbortController();
    const asked = forwarder.forward(
      target("https://hub.example", { proxy: through(silent.origin) }),
      meshRequest('{"model":"m"}'),
      new RecordingSink(),
      leaving.signal,
    );
    await expect.poll(() => silent.requests.length).toBe(1);
    const closed = once(silent.sockets[0] as Socket, "close");
    leaving.abort(new Error("left"));
    await expect(asked).rejects.toThrow("left");
    await closed;
    await expect.poll(() => forwarder.poolCount).toBe(0);
    await silent.dispose();
  });

  it("is not waited for longer than for any connection", async () => {
    const silent = await RawServer.start(() => undefined);
    const limits = { connectMs: 30 };
    await expect(
      forward(target("https://hub.example", { proxy: through(silent.origin), limits })),
    ).rejects.toMatchObject({ params: { problem: "no connection within 0.03 seconds" } });
    await silent.dispose();
  });
});

describe("a proxy that does not lead there", () => {
  const page = "Content-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>!";
  it.each<[string, string, string]>([
    [
      "wants a password",
      "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n",
      "credentials: it wants a name and a password (HTTP status 407)",
    ],
    ["refuses", "HTTP/1.0 403 No\r\n\r\n", "refused: it does not connect to that server (HTTP status 403)"],
    [
      "refuses with a page",
      `HTTP/1.1 502 No\r\n${page}`,
      "refused: it cannot reach that server (HTTP status 502, with a web page)",
    ],
    [
      "redirects",
      "HTTP/1.1 302 x\r\nLocation: http://evil.example/\r\n\r\n",
      "refused: it redirects elsewhere (HTTP status 302), and redirects are not followed",
    ],
    ["is a web server", `HTTP/1.1 200 OK\r\n${page}`, "no proxy: it answers with a web page"],
    [
      "speaks for the server",
      "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
      "no proxy: it speaks before the server",
    ],
    ["informs only", "HTTP/1.1 100 Continue\r\n\r\n", "no proxy: it answers with HTTP status 100"],
    ["speaks TLS", "\x15\x03\x01\x00\x02\x02\x16\r\n\r\n", "no proxy: it sends something else than HTTP"],
    ["never ends its header", "x".repeat(17_000), "no proxy: it sends something else than HTTP"],
  ])("%s", async (_, answer, fault) => expect(await faultOf(answer)).toBe(fault));

  it("hangs up", async () =>
    expect(await faultOf((socket) => socket.end())).toBe("unreachable: it closes the connection without an answer"));

  it("is not there", async () => {
    await expect(forward(target("https://hub.example", { proxy: { host: "127.0.0.1", port: 9 } }))).rejects.toThrow();
    expect(failure?.cause).toMatchObject({ fault: "unreachable", message: "ECONNREFUSED" });
  });

  it("cannot be told anything but an address", async () => {
    const way = { ...through(), authorization: "Basic a\r\nx: y" };
    await expect(forward(target("https://hub.example", { proxy: way }))).rejects.toThrow(TypeError);
    expect(proxy.asked).toEqual([]);
  });
});
