import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProxySettings } from "../../../../sidecar/platform/proxy-settings.ts";
import type { BackendEntry } from "../../../../sidecar/registry/backend-entry.ts";
import { backendEntrySchema } from "../../../../sidecar/registry/backend-entry.ts";
import { RawServer } from "../../../support/raw-server.ts";
import { ServersUnderTest, type ServerUnderTestOptions } from "../../../support/server-under-test.ts";
import { standInCertificate } from "../../../support/stand-in-certificate.ts";
import { listOf, StandInServer } from "../../../support/stand-in-server.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";
import { TestProxy } from "../../../support/test-proxy.ts";
import { TlsFront } from "../../../support/tls-front.ts";

const folder = useTemporaryFolder();
const never = new AbortController().signal;
const ca = standInCertificate.cert;
const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
let server: StandInServer;
let front: TlsFront;
let proxy: TestProxy;
let servers: ServersUnderTest;

beforeEach(async () => {
  server = await StandInServer.start({ "GET /v1/models": listOf({ id: "qwen" }) });
  front = await TlsFront.start(standInCertificate, server.port);
  proxy = await TestProxy.start((place) => (place.endsWith(":443") ? front.port : server.port));
  servers = new ServersUnderTest();
});
afterEach(async () => {
  await servers.resources.dispose();
  await Promise.all([proxy.close(), front.dispose(), server.dispose()]);
});

type Entry = Partial<Omit<BackendEntry, "kind">> & { readonly url: string };
const environment = (variables: NodeJS.ProcessEnv = {}) =>
  readProxySettings({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ...variables });
async function list(entry: Entry, options: ServerUnderTestOptions = {}): Promise<readonly string[]> {
  const backend = servers.create(entry, options);
  await backend.refresh(never);
  return backend.models().map(({ id }) => id);
}
const hub = { url: "https://hub.example", tls: { ca } };

describe("a backend behind a proxy (server is a stand-in)", () => {
  it("is reached through the environment's, by name: the proxy resolves", async () => {
    expect(await list(hub, { proxies: environment() })).toEqual(["qwen"]);
    expect(proxy.asked).toEqual(["CONNECT hub.example:443"]);
  });

  it("is reached through its own, whatever the environment says", async () => {
    const proxies = environment({ HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" });
    expect(await list({ ...hub, proxy: proxy.url }, { proxies })).toEqual(["qwen"]);
    await expect(list({ ...hub, proxy: "none" }, { proxies: environment() })).rejects.toMatchObject({
      code: "backend_unreachable",
      params: { problem: "its name is not known" },
    });
  });

  it("is tried by the same way at each level of probe", async () => {
    const backend = servers.create(hub, { proxies: environment() });
    await backend.probe("port", never);
    expect(proxy.asked).toEqual(["CONNECT hub.example:443"]);
  });

  it.each(["localhost", "127.0.0.1", "[::1]", "models.localhost"])(
    "is never %s for a proxy of the environment",
    async (host) => {
      const url = `http://${host}:${server.port}`;
      await list({ url }, { proxies: environment({ NO_PROXY: "elsewhere" }) }).catch(() => undefined);
      expect(proxy.asked).toEqual([]);
    },
  );

  it("is reached directly where NO_PROXY names it", async () => {
    const proxies = environment({ NO_PROXY: ".example" });
    await expect(list(hub, { proxies })).rejects.toMatchObject({ code: "backend_unreachable" });
    expect(proxy.asked).toEqual([]);
  });
});

describe("what a proxy may see (server is a stand-in)", () => {
  it("is neither the key nor the request, over https", async () => {
    expect(await list(hub, { proxies: environment(), key: "sk-secret" })).toEqual(["qwen"]);
    expect(server.received[0]?.headers.authorization).toBe("Bearer sk-secret");
    expect(proxy.credentials).toEqual([undefined]);
  });

  it("is no key over plain HTTP: nothing is sent", async () => {
    const entry = { url: "http://plain.example" };
    await expect(list(entry, { proxies: environment(), key: "sk-secret" })).rejects.toMatchObject({
      code: "backend_proxy",
      params: { isReader: true },
      nextStep: expect.stringContaining("inference-mesh backends edit server --proxy none"),
    });
    expect(proxy.asked).toEqual([]);
    expect(await list(entry, { proxies: environment() })).toEqual(["qwen"]);
  });

  it("is no prompt of a label that it may lie outside of, over plain HTTP", async () => {
    const entry = { url: "http://10.1.2.3:8000" };
    await expect(list(entry, { proxies: environment() })).rejects.toMatchObject({
      code: "backend_proxy",
      params: { isReader: true, problem: expect.stringContaining("'lan'") },
    });
    expect(await list({ ...entry, privacy: "cloud" }, { proxies: environment() })).toEqual(["qwen"]);
  });
});

describe("a proxy's name and password (server is a stand-in)", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const login = Buffer.from("ada:lovelace").toString("base64");

  it("are those that are kept for this backend, else the environment's", async () => {
    const withPassword = environment({ HTTPS_PROXY: proxy.url.replace("//", "//bob:50%25%20off@") });
    await list(hub, { proxies: withPassword });
    await list(hub, { proxies: withPassword, proxyLogin: login });
    expect([...new Set(proxy.credentials)]).toEqual([basic("bob:50% off"), basic("ada:lovelace")]);
    expect(server.received.some(({ headers }) => "proxy-authorization" in headers)).toBe(false);
  });

  it("are not sent to another proxy than they were given for", async () => {
    await expect(list({ ...hub, proxy: proxy.url }, { proxyLogin: "of-other-address" })).rejects.toMatchObject({
      code: "backend_proxy",
      params: { wantsLogin: true, problem: expect.stringContaining("another proxy") },
    });
    expect(proxy.asked).toEqual([]);
  });

  it("are asked for with the exact command, and never quoted", async () => {
    proxy.refusal = 407;
    const secret = environment({ HTTPS_PROXY: proxy.url.replace("//", "//bob:hunter2@") });
    for (const [options, problem] of [
      [{ proxies: environment() }, "it wants a name and a password (HTTP status 407)"],
      [{ proxies: secret }, "it does not accept the name and password that it was given (HTTP status 407)"],
    ] as const) {
      const error = await list(hub, options).catch((failure: unknown) => failure);
      expect(error).toMatchObject({
        code: "backend_proxy",
        params: { problem, proxy: proxy.url },
        nextStep: expect.stringContaining("inference-mesh backends edit server --proxy-user <name>"),
      });
      expect(JSON.stringify(error)).not.toMatch(/hunter2|Ym9i/);
    }
  });
});

describe("a proxy that fails (server is a stand-in)", () => {
  it("is named, with what is wrong and the ways out", async () => {
    const page = await RawServer.start((socket) => {
      socket.end("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>");
    });
    const redirect = await RawServer.start((socket) => {
      socket.end("HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n");
    });
    const failures = [
      ["http://127.0.0.1:9", "nothing listens at its address"],
      [page.origin, "it answers with a web page"],
      [redirect.origin, "it redirects elsewhere (HTTP status 302), and redirects are not followed"],
      ["http://nowhere.invalid:3128", "its name is not known"],
    ] as const;
    for (const [address, problem] of failures) {
      await expect(list({ ...hub, proxy: address })).rejects.toMatchObject({
        code: "backend_proxy",
        params: { backend: "server", proxy: address, problem },
        nextStep: expect.stringContaining("--proxy none"),
      });
    }
    await Promise.all([page.dispose(), redirect.dispose()]);
  });

  it.each(["socks5://127.0.0.1:1080", "https://127.0.0.1:1080"])(
    "is refused when it is of another kind (%s), and not passed by",
    async (address) => {
      await expect(list(hub, { proxies: environment({ HTTPS_PROXY: address }) })).rejects.toMatchObject({
        code: "backend_proxy",
        params: { problem: expect.stringContaining("HTTP proxies only") },
      });
    },
  );

  it("amid an answer fails the answer", async () => {
    server.replies.set("GET /v1/models", (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 100 }).write("{");
    });
    const asked = list(hub, { proxies: environment() });
    await expect.poll(() => server.received.length).toBe(1);
    await proxy.close();
    await expect(asked).rejects.toMatchObject({ code: "backend_unreachable" });
    proxy = await TestProxy.start(() => undefined);
  });
});

describe("private certificates (server is a stand-in)", () => {
  it("may be in a file, which is read anew when it no longer fits", async () => {
    const path = folder.join("ca.pem");
    const backend = servers.create({ ...hub, proxy: proxy.url, tls: { ca: path } });
    const unreadable = { code: "backend_ca_unreadable", params: { path } };
    await expect(backend.probe("port", never)).rejects.toMatchObject(unreadable);
    writeFileSync(path, "no certificate");
    await expect(backend.probe("port", never)).rejects.toMatchObject(unreadable);
    writeFileSync(path, `${ca}\n${broken}`);
    await expect(backend.probe("port", never)).rejects.toMatchObject(unreadable);
    writeFileSync(path, ca);
    await backend.probe("models", never);
    expect(backend.models()).toHaveLength(1);
  });

  it("count besides the usual ones, for their backend alone", async () => {
    expect(await list({ ...hub, proxy: proxy.url })).toEqual(["qwen"]);
    await expect(list({ url: hub.url, proxy: proxy.url })).rejects.toMatchObject({
      code: "backend_certificate",
      params: { problem: "is signed by itself", canTrust: true },
    });
  });
});

describe("an entry", () => {
  const problemOf = (extra: object, url = "https://hub.example") =>
    backendEntrySchema.safeParse({ id: "a", kind: "router", url, ...extra }).error?.issues[0]?.message;

  it.each<[string, object]>([
    ["tls.verify", { tls: { ca, verify: false } }],
    ["tls.rejectUnauthorized", { tls: { rejectUnauthorized: false } }],
    ["insecure", { insecure: true }],
    ["verify", { verify: false }],
  ])("cannot switch the check of certificates off (%s), and hears how it is done instead", (_, extra) =>
    expect(problemOf(extra)).toContain("inference-mesh backends trust <name>"),
  );

  it.each<[string, RegExp]>([
    ["http://ada:secret@proxy:3128", /--proxy-user/],
    ["socks5://proxy:1080", /HTTP proxies only/],
    ["https://proxy:3128", /HTTP proxies only/],
    ["http://proxy:3128/path", /expected an address/],
    ["http://169.254.169.254", /metadata/],
    ["http://pro xy", /expected an address/],
    ["http://proxy\r\nx: y", /expected an address|HTTP/],
  ])("cannot have %j as its proxy", (address, problem) => {
    expect(problemOf({ proxy: address })).toMatch(problem);
    expect(problemOf({ proxy: address })).not.toContain("secret");
  });

  it("on this machine has no proxy but none", () => {
    expect(problemOf({ proxy: "http://proxy:3128" }, "http://localhost:8000")).toContain("on this machine");
    expect(problemOf({ proxy: "none" }, "http://localhost:8000")).toBeUndefined();
  });

  it.each<[string, RegExp]>([
    ["ca.pem", /whole path/],
    [broken, /PEM/],
    [`${ca}\n${broken}`, /PEM/],
    [`${ca}\n-----BEGIN CERTIFICATE-----`, /PEM/],
    [`${ca}\n${standInCertificate.key}`, /private key/],
  ])("cannot trust %j", (text, problem) => expect(problemOf({ tls: { ca: text } })).toMatch(problem));
});

it("a server that speaks plain HTTP at an https address is said to (server is a stand-in)", async () => {
  const url = `https://127.0.0.1:${server.port}`;
  await expect(list({ url })).rejects.toMatchObject({
    code: "backend_unreachable",
    params: { problem: "it does not speak TLS: the address begins with http, not https" },
  });
});
