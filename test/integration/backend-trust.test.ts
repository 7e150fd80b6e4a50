import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import {
  backendsAdd,
  backendsCertificate,
  backendsCheck,
  backendsRemove,
  backendsTrust,
} from "../../contract/rpc/backends.ts";
import { chatBody, post } from "../support/chat-request.ts";
import { listOf, StandInServer, streamed } from "../support/stand-in-server.ts";
import { hasOpenssl, TestCertificates } from "../support/test-certificates.ts";
import { type Finished, finish, TestNode } from "../support/test-node.ts";
import { TestProxy } from "../support/test-proxy.ts";
import { TlsFront } from "../support/tls-front.ts";

// A real node, real TLS and a real proxy; what answers behind them is a stand-in.
let node: TestNode;
let server: StandInServer;
let proxy: TestProxy;
let front: TlsFront;
let certificates: TestCertificates;
const password = "hunter2-of-the-proxy";

describe.skipIf(!hasOpenssl)(
  "servers with certificates of their own, and behind proxies (servers are stand-ins)",
  () => {
    beforeAll(async () => {
      certificates = new TestCertificates();
      server = await StandInServer.start({
        "GET /v1/models": listOf({ id: "qwen" }),
        "POST /v1/chat/completions": streamed,
      });
      front = await TlsFront.start(certificates.selfSigned({ name: "localhost" }), server.port);
      proxy = await TestProxy.start(() => front.port);
      node = await TestNode.create();
      node.env.HTTPS_PROXY = proxy.url;
      node.env.NO_PROXY = "";
      await node.attach();
    });
    afterAll(async () => {
      await node.dispose();
      await Promise.all([proxy.close(), front.dispose(), server.dispose()]);
      certificates.dispose();
    });

    async function backends(args: readonly string[], input = ""): Promise<Finished> {
      const child = node.spawnCli(["backends", ...args]);
      child.stdin?.end(input);
      return await finish(child);
    }
    /** What is wrong with it now, in words; empty when nothing is. */
    async function fault(id: string): Promise<string> {
      const { checks } = await (await node.connect()).request(backendsCheck, { id });
      const error = checks[0]?.error ?? null;
      if (error === null) return "";
      const known = MeshError.fromWire(error);
      return `${known?.message} ${known?.nextStep}`;
    }
    /** Trusts whatever it shows now. */
    async function trust(id: string): Promise<void> {
      const connection = await node.connect();
      const { shown } = await connection.request(backendsCertificate, { id });
      await connection.request(backendsTrust, { id, fingerprint: shown?.toTrust?.fingerprint ?? "" });
    }
    const address = () => `https://localhost:${front.port}`;
    const configuration = () => readFileSync(join(node.folders.config, "config.yaml"), "utf8");
    const fingerprintIn = ({ stdout }: Finished): string => /SHA-256 {2}(\S+)\n[^S]*$/.exec(stdout)?.[1] ?? "";

    it("an untrusted certificate is shown with all that tells it, and trusted by its fingerprint alone", async () => {
      const refused = await backends(["add", "own", address()]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /signed by itself\. It is of CN=localhost \(DNS:localhost\), issued by CN=localhost/,
      );
      expect(refused.stderr).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
      expect(refused.stderr).toContain("inference-mesh backends trust own");
      expect(server.received).toHaveLength(0);

      expect(await backends(["add", "own", address(), "--force"])).toMatchObject({ code: 0 });
      const shown = await backends(["trust", "own"]);
      expect(shown.code).toBe(1);
      const fingerprint = fingerprintIn(shown);
      expect(shown.stderr).toContain(`inference-mesh backends trust own --fingerprint ${fingerprint}`);
      expect(await backends(["trust", "own", "--fingerprint", "00".repeat(32)])).toMatchObject({ code: 1 });
      expect(configuration()).not.toContain("BEGIN CERTIFICATE");

      const trusted = await backends(["trust", "own", "--fingerprint", fingerprint.replaceAll(":", "").toLowerCase()]);
      expect(trusted, trusted.stderr).toMatchObject({ code: 0 });
      expect(configuration()).toContain("BEGIN CERTIFICATE");
      expect((await post(node, chatBody("qwen", { stream: true }))).text).toContain("[DONE]");
      // Not asked by proxy: it is this machine.
      expect(proxy.asked).toEqual([]);
    });

    it("trust is of one server: another with the same certificate has none", async () => {
      expect((await backends(["add", "second", address()])).stderr).toContain("signed by itself");
    });

    it("a certificate that has changed is refused again, and replaces the old one where it is trusted", async () => {
      const before = configuration();
      front.show(certificates.selfSigned({ name: "localhost" }));
      const check = await backends(["check", "own"]);
      expect(check.code).toBe(1);
      expect(check.stderr).toContain("signed by itself");
      const fingerprint = fingerprintIn(await backends(["trust", "own"]));
      const connection = await node.connect();
      // What somebody has confirmed is what counts, and not what is shown by then.
      const other = fingerprint.replace(/^../, fingerprint.startsWith("00") ? "11" : "00");
      await expect(connection.request(backendsTrust, { id: "own", fingerprint: other })).rejects.toMatchObject({
        code: "backend_not_trusted",
      });
      await connection.request(backendsTrust, { id: "own", fingerprint });
      expect(await fault("own")).toBe("");
      expect(configuration().match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
      expect(configuration()).not.toBe(before);
      expect((await backends(["trust", "own"])).stdout).toContain("trusts it already");
    });

    it("a private authority is trusted as a whole, so that what it issues later is trusted too", async () => {
      const authority = certificates.authority();
      const issue = (days?: number) => {
        const pair = authority.issue({ name: "localhost", ...(days === undefined ? {} : { days }) });
        return { ...pair, cert: `${pair.cert}${authority.cert}` };
      };
      front.show(issue());
      const shown = await backends(["trust", "own"]);
      expect(shown.stdout).toContain("It was issued by: CN=Private Authority");
      expect(await backends(["trust", "own", "--fingerprint", fingerprintIn(shown)])).toMatchObject({ code: 0 });
      front.show(issue());
      expect(await fault("own")).toBe("");

      // What trust cannot mend is said instead.
      front.show(issue(-1));
      const expired = await fault("own");
      expect(expired).toMatch(/its certificate has expired.*issued by CN=Private Authority.*to \d{4}-\d\d-\d\d/s);
      expect(expired).toContain("Have it renewed on that server");
      expect((await backends(["trust", "own"])).stderr).toContain("has expired");
      const elsewhere = authority.issue({ name: "gpu.example" });
      front.show({ ...elsewhere, cert: `${elsewhere.cert}${authority.cert}` });
      expect(await fault("own")).toMatch(/is for another name\. It is of CN=gpu\.example \(DNS:gpu\.example\)/);
      await expect(trust("own")).rejects.toThrow();
    });

    it("an authority in a file is enough, and none is asked about", async () => {
      const authority = certificates.authority();
      front.show(authority.issue({ name: "localhost" }));
      const file = join(node.home, "authority.pem");
      writeFileSync(file, authority.cert);
      const edited = await backends(["edit", "own", "--ca", file]);
      expect(edited, edited.stderr).toMatchObject({ code: 0 });
      expect(configuration()).toContain(file);
    });

    it("a client's request to a server that is not trusted any more fails with the reason, and nothing is sent", async () => {
      front.show(certificates.selfSigned({ name: "localhost" }));
      const before = server.received.length;
      const answer = await post(node, chatBody("qwen"));
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(answer.text).toContain("signed by itself");
      expect(server.received).toHaveLength(before);
    });

    it("a backend that speaks plain HTTP has nothing to trust", async () => {
      const entry = { id: "plain", kind: "openai-compatible", url: server.url } as const;
      await (await node.connect()).request(backendsAdd, { entry, force: true });
      expect((await backends(["trust", "plain"])).stdout).toContain("plain HTTP");
      const { shown } = await (await node.connect()).request(backendsCertificate, { id: "plain" });
      expect(shown).toBeNull();
      await (await node.connect()).request(backendsRemove, { id: "plain" });
    });

    it("a proxy's password is given by the standard input, and found nowhere but in its store", async () => {
      const far = certificates.selfSigned({ name: "far.example" });
      front.show(far);
      const entry = { id: "far", kind: "openai-compatible", url: "https://far.example" } as const;
      await (await node.connect()).request(backendsAdd, { entry, force: true });
      await trust("far");
      expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT far.example:443"]));

      // Open tunnels stay open: it is the next one that is refused.
      front.show(far);
      proxy.refusal = 407;
      const refused = await fault("far");
      expect(refused).toContain("it wants a name and a password (HTTP status 407)");
      expect(refused).toContain("inference-mesh backends edit far --proxy-user <name>");
      proxy.refusal = undefined;
      const edited = await backends(["edit", "far", "--proxy-user", "ada"], `${password}\n`);
      expect(edited, edited.stderr).toMatchObject({ code: 0 });
      expect(proxy.credentials.at(-1)).toBe(`Basic ${Buffer.from(`ada:${password}`).toString("base64")}`);
      expect(server.received.some(({ headers }) => "proxy-authorization" in headers)).toBe(false);

      // Another proxy gets nothing that was given for this one.
      const other = await TestProxy.start(() => front.port);
      const moved = await backends(["edit", "far", "--proxy", other.url]);
      expect(moved.stderr).toContain("were given for another proxy");
      expect(other.asked).toEqual([]);
      await other.close();

      const encoded = Buffer.from(`ada:${password}`).toString("base64");
      const texts = [
        configuration(),
        node.log,
        edited.stdout,
        edited.stderr,
        (await backends(["list", "--json"])).stdout,
      ];
      for (const text of texts) {
        expect(text).not.toContain(password);
        expect(text).not.toContain(encoded);
      }
      const stored = () => readFileSync(join(node.folders.state, "backend-keys.json"), "utf8");
      expect(stored()).toContain(encoded);
      expect(await backends(["remove", "far"])).toMatchObject({ code: 0 });
      expect(stored()).not.toContain(encoded);
    });

    it("a password for a proxy that does not exist is refused", async () => {
      const refused = await backends(["edit", "own", "--proxy-user", "ada"], "secret\n");
      expect(refused.stderr).toContain("no proxy leads there");
      const both = await backends(["edit", "own", "--proxy-user", "ada", "--key-stdin"], "secret\n");
      expect(both.stderr).toContain("one by one");
    });
  },
);
