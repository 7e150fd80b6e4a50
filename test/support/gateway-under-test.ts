import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { HttpForwarder } from "../../sidecar/backends/http/http-forwarder.ts";
import type { GatewayLimits } from "../../sidecar/gateway/create-gateway-server.ts";
import { Gateway } from "../../sidecar/gateway/gateway.ts";
import { systemClock } from "../../sidecar/platform/clock.ts";
import { Disposables } from "../../sidecar/platform/disposables.ts";
import { scanEnvelope } from "../../sidecar/router/envelope.ts";
import type { IncomingRequest } from "../../sidecar/router/incoming-request.ts";
import type { Router } from "../../sidecar/router/router.ts";
import { KeyFile } from "../../sidecar/secrets/key-file.ts";
import { RawServer } from "./raw-server.ts";
import { RecordingLog } from "./recording-log.ts";

export const testNodeId = `node-${"a".repeat(32)}`;

/** A real gateway and forwarder between a stand-in backend and clients that write bytes by hand. */
export class GatewayUnderTest {
  readonly backend: RawServer;
  readonly key: string;
  /** What the gateway has handed to the router that stands in. */
  readonly routed: readonly IncomingRequest[];
  readonly #gateway: Gateway;
  readonly #resources: Disposables;

  private constructor(parts: Pick<GatewayUnderTest, "backend" | "routed" | "key">, gateway: Gateway, all: Disposables) {
    this.backend = parts.backend;
    this.routed = parts.routed;
    this.key = parts.key;
    this.#gateway = gateway;
    this.#resources = all;
  }

  static async start(
    answer: Parameters<typeof RawServer.start>[0],
    limits: Partial<GatewayLimits> = {},
  ): Promise<GatewayUnderTest> {
    const resources = new Disposables();
    const folder = await mkdtemp(join(tmpdir(), "mesh-gateway-"));
    resources.add({ dispose: () => rm(folder, { recursive: true }) });
    const backend = resources.add(await RawServer.start(answer));
    const forwarder = resources.add(new HttpForwarder({ firstTokenMs: 30_000, idleMs: 30_000 }));
    const target = {
      origin: backend.origin,
      lost: () => new MeshError("engine_crashed", { model: "m" }),
      refused: () => new MeshError("engine_crashed", { model: "m" }),
    };
    const log = new RecordingLog();
    const routed: IncomingRequest[] = [];
    const router: Pick<Router, "routeWith" | "listModels" | "backends"> = {
      backends: [],
      listModels: async () => ["m"],
      routeWith: async (incoming, sink, { signal }) => {
        routed.push(incoming);
        try {
          const envelope = scanEnvelope(incoming.body);
          const request = {
            id: "test",
            privacy: "cloud" as const,
            meshPath: [],
            ...incoming,
            envelope,
            model: envelope.model,
          };
          await forwarder.forward(target, request, sink, signal);
        } catch (error) {
          sink.fail(error as MeshError);
        }
      },
    };
    const key = await KeyFile.open(join(folder, "key"));
    const gateway = resources.add(
      await Gateway.start({
        router,
        key,
        apiKeys: { find: () => undefined },
        clock: systemClock,
        version: "0",
        metrics: { print: () => "", refused: () => undefined },
        port: 0,
        maxBodyBytes: 1_000_000,
        nodeId: testNodeId,
        log,
        limits,
      }),
    );
    const keyText = (await readFile(key.path, "utf8")).trim();
    return new GatewayUnderTest({ backend, routed, key: keyText }, gateway, resources);
  }

  /** Header lines that a good request has, each with its end. */
  get headers(): string {
    return `Host: localhost\r\nAuthorization: Bearer ${this.key}\r\nContent-Type: application/json\r\n`;
  }

  /** The bytes of a good request. */
  chat(body: string = '{"model":"m","stream":true,"messages":[]}', headers = "", version = "1.1"): string {
    return `POST /v1/chat/completions HTTP/${version}\r\n${this.headers}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }

  async client(): Promise<RawClient> {
    const socket = connect(Number(new URL(this.#gateway.url).port), "127.0.0.1");
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /** What comes back for some bytes until the gateway closes the connection. */
  async send(bytes: string): Promise<string> {
    const client = await this.client();
    client.socket.write(Buffer.from(bytes, "latin1"));
    await client.closed;
    return client.text;
  }

  async dispose(): Promise<void> {
    await this.#resources.dispose();
  }
}

/** A client that writes down what it is sent. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  text = "";

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", () => resolve());
    });
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      this.text += bytes.toString("latin1");
    });
  }
}
