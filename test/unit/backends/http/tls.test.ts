import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { HttpForwarder } from "../../../../sidecar/backends/http/http-forwarder.ts";
import type { ForwardTarget } from "../../../../sidecar/backends/http/http-target.ts";
import { meshRequest } from "../../../support/mesh-request.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";
import { TurnCountingSink } from "../../../support/turn-counting-sink.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!hasOpenssl)("a server with a certificate of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "mesh-tls-"));
  const forwarder = new HttpForwarder({ firstTokenMs: 10_000, idleMs: 10_000 });
  let server: Server;
  let connections = 0;
  let ca = "";
  /** Large events of an answer. */
  let events = 1;

  beforeAll(async () => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    spawnSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...names]);
    ca = readFileSync(cert, "utf8");
    server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
      request.resume().on("end", () => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (let event = 0; event < events; event++) response.write(`data: ${"x".repeat(200_000)}\n\n`);
        response.end("data: [DONE]\n\n");
      });
    });
    server.on("secureConnection", () => connections++);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(async () => {
    forwarder.dispose();
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  const forward = async (host: string, tls?: { ca: string }, sink = new RecordingSink()): Promise<RecordingSink> => {
    const target: ForwardTarget = {
      origin: `https://${host}:${(server.address() as AddressInfo).port}`,
      ...(tls === undefined ? {} : { tls }),
      lost: (failure) => new MeshError("engine_crashed", { model: `${failure.phase}: ${failure.message}` }),
      refused: () => new MeshError("cancelled", {}),
    };
    await forwarder.forward(target, meshRequest('{"model":"m"}'), sink, new AbortController().signal);
    return sink;
  };

  it("answers whole where the certificate is trusted, over one connection", async () => {
    for (let count = 0; count < 3; count++) expect((await forward("localhost", { ca })).text).toHaveLength(200_022);
    expect(connections).toBe(1);
  });

  it("is read in turns as well, however fast it answers", async () => {
    events = 40;
    const sink = new TurnCountingSink();
    const forwarded = forward("localhost", { ca }, sink);
    await sink.isBehind;
    // Megabytes wait to be read.
    await new Promise((done) => setTimeout(done, 100));
    sink.goOn();
    await forwarded;
    events = 1;
    expect(sink.text).toHaveLength(40 * 200_008 + 14);
    expect(sink.mostInTurn).toBeLessThanOrEqual(256 * 1024);
  });

  it("is sent nothing where the certificate is not trusted, or not for that name", async () => {
    await expect(forward("localhost")).rejects.toMatchObject({
      params: { model: "connecting: DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
    await expect(forward("127.0.0.1", { ca })).rejects.toMatchObject({
      params: { model: "connecting: ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });
});
