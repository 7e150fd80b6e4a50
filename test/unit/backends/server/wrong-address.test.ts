import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { testConnection } from "../../../../sidecar/backends/server/test-connection.ts";
import { ServersUnderTest } from "../../../support/server-under-test.ts";
import { standInCertificate } from "../../../support/stand-in-certificate.ts";
import { standInPrograms } from "../../../support/stand-in-programs.ts";
import { listOf, type Reply, StandInServer, status, streamed } from "../../../support/stand-in-server.ts";

const never = new AbortController().signal;
const html = { "content-type": "text/html; charset=utf-8" };
let server: StandInServer;
let servers: ServersUnderTest;

beforeEach(async () => {
  server = await StandInServer.start();
  servers = new ServersUnderTest();
});
afterEach(async () => {
  await servers.resources.dispose();
  await server.dispose();
});

const tried = (url: string, key?: string) =>
  testConnection(servers.create({ url }, key === undefined ? {} : { key }), never);

/** The words of what is wrong. */
async function problemOf(url: string, key?: string): Promise<string> {
  const error = await tried(url, key).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MeshError);
  const { code, params } = error as MeshError;
  return `${code}: ${"problem" in params ? params.problem : ""}`;
}

describe("trying a stand-in server that is what it should be", () => {
  beforeEach(() => {
    for (const [path, reply] of Object.entries(standInPrograms["lm-studio"])) server.replies.set(path, reply);
    server.replies.set("POST /v1/chat/completions", streamed);
  });

  it.each(["", "/", "/v1", "/v1/", "/v1/models", "/v1/chat/completions", "/docs", "/#/chat?x=1"])(
    "says exactly what answered, with the address ending in '%s'",
    async (ending) => {
      expect(await tried(`${server.url}${ending}`)).toEqual({
        program: { id: "lm-studio", version: null },
        models: 1,
        loaded: 1,
        networkMs: expect.any(Number),
        isLoading: false,
        streamed: { model: "m", firstEventMs: expect.any(Number) },
        remark: null,
      });
    },
  );

  it("does not count what is loaded where nobody tells", async () => {
    server.replies.set("GET /api/v0/models", status(404));
    expect((await tried(server.url)).loaded).toBeNull();
  });
});

describe("trying a stand-in server under a wrong path", () => {
  it.each([
    ["/playground", "", "/v1/models"],
    ["", "/api", "/api/v1/models"],
    ["", "/openai", "/openai/v1/models"],
  ])("from '%s' says that its models are at '%s'", async (given, right, path) => {
    server.replies.set(`GET ${path}`, listOf({ id: "m" }));
    const problem = await problemOf(`${server.url}${given}`);
    expect(problem).toContain(`its models are listed at ${server.url}${right}: use that address`);
  });

  it("says so of a web page as well, and sends the key nowhere else than there", async () => {
    server.replies.set("GET /v1/models", status(200, "<html><title>Chat</title>", html));
    server.replies.set("GET /api/v1/models", listOf({ id: "m" }));
    expect(await problemOf(server.url, "sk-1")).toContain(`its models are listed at ${server.url}/api`);
    for (const { headers } of server.received) expect(headers.host).toBe(`127.0.0.1:${server.port}`);
  });

  it("says nothing more where nothing better is found, and asks few questions", async () => {
    expect(await problemOf(server.url)).toBe(
      "backend_protocol: it has no list of models (HTTP status 404), and none are named in the configuration",
    );
    expect(server.received.length).toBeLessThanOrEqual(3);
  });
});

describe("trying what is no server of models", () => {
  it.each<[string, Reply, string]>([
    [
      "a web page with its title",
      status(200, "<!doctype html><html><title>Grafana\u001b[2J</title>", html),
      "there is a web page ('Grafana [2J') where the list of models should be",
    ],
    ["a web page without one", status(404, "<html>", html), "there is a web page where the list of models should be"],
    [
      "a proxy whose server does not run",
      status(502, "<html><head><title>502 Bad Gateway</title></head><hr><center>nginx/1.22.1</center>", html),
      "a proxy answers in its place (HTTP status 502): the server behind it does not run, or is elsewhere",
    ],
    [
      "a proxy without a server",
      status(503, "<html>No server is available", html),
      "a proxy answers in its place (HTTP",
    ],
    ["a proxy that has waited", status(504, "<html>", html), "a proxy answers in its place (HTTP status 504)"],
    ["another program", status(200, { hello: "world" }), "what it sends is no list of models"],
    [
      "another program's text",
      status(200, "pong", { "content-type": "text/plain" }),
      "what it sends is no list of models",
    ],
    [
      "a redirect to another scheme",
      status(301, "", { location: "https://gpu.example/v1/models" }),
      "it redirects to https://gpu.example (HTTP status 301), and redirects are not followed: use the address behind it",
    ],
    [
      "a redirect to its login",
      status(302, "", { location: "/login" }),
      "it redirects to another page of its own (HTTP",
    ],
    ["a redirect nowhere", status(302, "", { location: "http://[" }), "it redirects elsewhere (HTTP status 302)"],
  ])("says that it is %s", async (_what, reply, words) => {
    server.replies.set("GET /v1/models", reply);
    expect(await problemOf(server.url)).toContain(words);
  });

  it("says that it does not speak HTTP", async () => {
    const other = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    try {
      const problem = await problemOf(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
      expect(problem).toMatch(/^backend_protocol: .*HTTP/);
    } finally {
      other.close();
    }
  });

  it("says that nothing listens", async () => {
    const { url } = server;
    await server.dispose();
    expect(await problemOf(url)).toBe("backend_unreachable: nothing listens at its address");
    server = await StandInServer.start();
  });
});

describe("trying a stand-in server by the wrong scheme", () => {
  it("says that TLS is spoken to one that does not", async () => {
    const problem = await problemOf(server.url.replace("http:", "https:"));
    expect(problem).toBe("backend_unreachable: it does not speak TLS: the address begins with http, not https");
  });

  it("says that TLS is spoken there, trusted or not", async () => {
    const secure = createTlsServer(standInCertificate, (_request, response) => response.end("{}"));
    secure.listen(0, "127.0.0.1");
    await once(secure, "listening");
    const { port } = secure.address() as AddressInfo;
    try {
      expect(await problemOf(`http://127.0.0.1:${port}`)).toContain(
        `it speaks TLS there: use https://127.0.0.1:${port}`,
      );
    } finally {
      secure.close();
      secure.closeAllConnections();
    }
  });

  it("says so of a server that explains itself, as nginx does", async () => {
    const secure = createServer((socket) => {
      socket.once("data", (bytes) => {
        const isTls = bytes[0] === 0x16;
        const page = "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>";
        if (isTls) socket.destroy();
        else
          socket.end(
            `HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
          );
      });
    });
    secure.listen(0, "127.0.0.1");
    await once(secure, "listening");
    try {
      const problem = await problemOf(`http://127.0.0.1:${(secure.address() as AddressInfo).port}`);
      expect(problem).toContain("400 The plain HTTP request was sent to HTTPS port");
    } finally {
      secure.close();
    }
  });
});
