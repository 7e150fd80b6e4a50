import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { MeshError, toOpenAiError } from "../../../contract/errors/mesh-error.ts";
import { engineRoutes } from "./engine-routes.ts";
import type { LoadedModel } from "./loaded-model.ts";

/** What the node asks about now and then. */
export interface EngineCounters {
  openRequests: number;
}

/**
 * Serves one loaded model in OpenAI's dialect. It listens on a socket that only the sidecar can reach, so there is no
 * authentication here; the gateway has limited the body before it came this far.
 */
export class EngineServer {
  readonly counters: EngineCounters = { openRequests: 0 };
  readonly #loaded: LoadedModel;
  readonly #server: Server;

  constructor(loaded: LoadedModel) {
    this.#loaded = loaded;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    // The sidecar keeps its connections; who closes first is decided there.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  async listen(socketPath: string): Promise<void> {
    this.#server.listen(socketPath);
    await once(this.#server, "listening");
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const abort = new AbortController();
    response.once("close", () => abort.abort(new MeshError("cancelled", {})));
    this.counters.openRequests++;
    try {
      const path = request.url ?? "";
      const handler = Object.hasOwn(engineRoutes, path) ? engineRoutes[path as keyof typeof engineRoutes] : undefined;
      if (request.method !== "POST" || handler === undefined) {
        throw new MeshError("not_found", { method: request.method ?? "", path });
      }
      await handler({ loaded: this.#loaded, body: await readBody(request), response, signal: abort.signal });
    } catch (error) {
      fail(response, error);
    } finally {
      this.counters.openRequests--;
    }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const known =
    error instanceof MeshError ? error : new MeshError("internal", { reference: "engine" }, { cause: error });
  if (known.code === "internal")
    process.stderr.write(`engine error: ${error instanceof Error ? error.name : "unknown"}\n`);
  const body = JSON.stringify(toOpenAiError(known));
  if (!response.headersSent) {
    response.writeHead(known.httpStatus, { "content-type": "application/json" }).end(body);
    return;
  }
  // An answer that breaks off must not look complete: an error event, then no clean end.
  response.write(`data: ${body}\n\n`, () => response.destroy());
}
