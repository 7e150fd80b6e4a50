import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { meshPathHeader } from "../../contract/mesh/advertised-model.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import { isMedia, type RoutedPath, routedPathSchema } from "../../contract/openai/paths.ts";
import { expositionType } from "../metrics/exposition.ts";
import type { NodeMetrics } from "../metrics/node-metrics.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { Log } from "../platform/log.ts";
import { speaks } from "../router/attempt-words.ts";
import type { IncomingRequest } from "../router/incoming-request.ts";
import { printRouteTag, routeHeader } from "../router/route-tag.ts";
import type { Router } from "../router/router.ts";
import type { AnswerHead, Sink } from "../router/sink.ts";
import { toMeshError } from "../router/to-mesh-error.ts";
import type { ApiKeys } from "../secrets/api-keys.ts";
import type { KeyFile } from "../secrets/key-file.ts";
import { authenticate, checkOrigin, checkScope } from "./access.ts";
import { listModels, showModel } from "./answer-models.ts";
import type { ConnectionLimiter } from "./connection-limiter.ts";
import { backlog, createGatewayServer, type GatewayLimits } from "./create-gateway-server.ts";
import type { InformationRoute, ModelAwareRoute, ModelView, NativeRoute } from "./dialects/dialect.ts";
import { dialectRoutes, dialectSpaces, informationRoutes } from "./dialects/index.ts";
import { type ErrorWords, openAiErrors } from "./error-words.ts";
import { HttpSink } from "./http-sink.ts";
import { originalRequest } from "./original-request.ts";
import { permittedBackends, permittedNames } from "./permitted-models.ts";
import { endWith, keylessPrincipal, type Principal } from "./principal.ts";
import { RateLimiter } from "./rate-limit.ts";
import { readFormOrJson, readJsonBody } from "./read-body.ts";
import { readCaller, readMeshPath, readWishes } from "./read-head.ts";
import { sendError, sendJson, sendText } from "./send-error.ts";

export interface GatewayOptions {
  readonly router: Pick<Router, "routeWith" | "listModels" | "backends">;
  /** The node's own key, and those that a person has made. */
  readonly key: KeyFile;
  readonly apiKeys: Pick<ApiKeys, "find">;
  readonly clock: Pick<Clock, "now">;
  readonly version: string;
  /** Told of what is refused here, and asked for all figures. */
  readonly metrics: Pick<NodeMetrics, "print" | "refused">;
  /** The first port to try; 0 takes any. */
  readonly port: number;
  /** Asks for no key, for clients that cannot send one. All other checks stay, and so does loopback. */
  readonly isKeyless?: boolean;
  readonly maxBodyBytes: number;
  /** This node's own, by which it recognises requests that come round. */
  readonly nodeId: NodeId;
  readonly log: Log;
  /** Other than the usual ones only in tests. */
  readonly limits?: Partial<GatewayLimits>;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly principal: Principal;
  /** Aborted when the client goes away, its key ends, or the node does. */
  readonly abort: AbortController;
}
type Handler = (call: Call) => void | Promise<void>;

const host = "127.0.0.1";
const portsTried = 21;
const modelSpace = "/v1/models/";
/** What Ollama answers there: its clients look for these words before they ask for anything. */
const greeting = "Ollama is running: Inference Mesh speaks its API here, and others.";

const readJson = async (request: IncomingMessage, limitBytes: number) => ({
  body: await readJsonBody(request, limitBytes),
});

const dialectPaths = [...dialectRoutes, ...informationRoutes, ...dialectSpaces];
/** What is found before a request is translated is told in its dialect as well, also below a path of that dialect. */
const wordsAt = (path: string): ErrorWords =>
  dialectPaths.find((route) => path === route.path || path.startsWith(`${route.path}/`))?.errors ?? openAiErrors;

/** The HTTP surface for other tools: inference only, on loopback only. Control never goes over HTTP. */
export class Gateway implements Disposable {
  readonly #options: GatewayOptions;
  readonly #server: Server;
  readonly #connections: ConnectionLimiter;
  readonly #limiter: RateLimiter;
  readonly #routes: Readonly<Record<string, Readonly<Record<string, Handler>>>>;

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#limiter = new RateLimiter(options.clock);
    const greet = ({ response }: Call): void => sendText(response, greeting);
    this.#routes = {
      "/": { GET: greet, HEAD: greet },
      "/v1/models": { GET: async (call) => sendJson(call.response, await listModels(options, call)) },
      "/metrics": { GET: (call) => this.#tellFigures(call) },
      ...Object.fromEntries(
        routedPathSchema.options.map((path) => [path, { POST: (call: Call) => this.#infer(path, call) }]),
      ),
      ...Object.fromEntries(
        dialectRoutes.map((route) => [route.path, { [route.method]: (call: Call) => this.#translate(route, call) }]),
      ),
      ...Object.fromEntries(
        informationRoutes.map((route) => [route.path, { [route.method]: (call: Call) => this.#inform(route, call) }]),
      ),
    };
    const { server, connections } = createGatewayServer(options.limits, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server = server;
    this.#connections = connections;
  }

  /** Listens on the wanted port or the next free one. @throws MeshError `no_free_port` */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    const last = options.port === 0 ? 0 : options.port + portsTried - 1;
    for (let port = options.port; port <= last; port++) {
      if (await gateway.#listen(port)) return gateway;
    }
    throw new MeshError("no_free_port", { firstPort: options.port, lastPort: last });
  }

  /** Listens without asking for a key, on this port alone; null when another program has it. */
  static async startKeyless(options: Omit<GatewayOptions, "isKeyless">): Promise<Gateway | null> {
    const gateway = new Gateway({ ...options, isKeyless: true });
    return (await gateway.#listen(options.port)) ? gateway : null;
  }

  /** Clients append `/v1`. */
  get url(): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The wanted port when another program has it, otherwise null. */
  get takenPort(): number | null {
    const { port } = this.#server.address() as AddressInfo;
    const { port: wanted } = this.#options;
    return wanted === 0 || wanted === port ? null : wanted;
  }

  get connections(): ConnectionLimiter["counts"] {
    return this.#connections.counts;
  }

  /** Stops listening at once, and ends the connections that are left. */
  async dispose(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close().closeAllConnections();
    await closed;
  }

  async #listen(port: number): Promise<boolean> {
    this.#server.listen({ port, host, exclusive: true, backlog });
    try {
      await once(this.#server, "listening");
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" || code === "EACCES") return false;
      throw error;
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const abort = new AbortController();
    this.#connections.begin(socket, response);
    // It comes once; `once` would keep a function and a state more until then.
    response.on("close", () => {
      this.#connections.end(socket, response);
      // The error is made only where somebody may look at it: it costs more than the rest of a small request.
      if (!response.writableFinished) abort.abort(new MeshError("cancelled", {}));
    });
    // A client that goes away while its answer is written is an everyday event, told by `close`.
    response.on("error", () => undefined);
    // Only the path in origin form: an absolute URL is for proxies, which this is not.
    const path = request.url?.split("?", 1)[0] ?? "";
    try {
      checkOrigin(request);
      if (path === "/health" && request.method === "GET") return sendJson(response, { status: "ok" });
      const { key: master, apiKeys: named, isKeyless = false } = this.#options;
      const principal = isKeyless ? keylessPrincipal : authenticate(request, { master, named });
      endWith(principal, abort, response);
      await this.#handler(path, request.method ?? "")({ request, response, principal, abort });
    } catch (error) {
      const { log, metrics } = this.#options;
      const known = toMeshError(error, log);
      log.debug("gateway.refused", { code: known.code });
      metrics.refused(known.code);
      if (response.headersSent || response.destroyed) return;
      sendError(response, known, { words: wordsAt(path), headers: this.#tagOf(known) });
    }
  }

  /** That nobody was asked. A web page learns nothing of this node. */
  #tagOf({ code }: MeshError): AnswerHead["headers"] {
    if (code === "foreign_host" || code === "foreign_origin") return [];
    const { nodeId: node } = this.#options;
    const nobody = { backend: null, model: null, artifact: null, attempts: 0 };
    return [[routeHeader, printRouteTag({ requestId: null, node, ...nobody })]];
  }

  #handler(path: string, method: string): Handler {
    const methods = path.startsWith(modelSpace)
      ? { GET: (call: Call) => this.#showModel(path.slice(modelSpace.length), call) }
      : Object.hasOwn(this.#routes, path)
        ? this.#routes[path]
        : undefined;
    if (methods === undefined) throw new MeshError("not_found", { method, path: path.slice(0, 200) });
    const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (handler === undefined) {
      throw new MeshError("method_not_allowed", { method, allowed: Object.keys(methods).join(", ") });
    }
    return handler;
  }

  #tellFigures({ response, principal }: Call): void {
    checkScope(principal, "metrics");
    sendText(response, this.#options.metrics.print(), expositionType);
  }

  async #showModel(encodedName: string, call: Call): Promise<void> {
    sendJson(call.response, await showModel(encodedName, this.#options, call));
  }

  async #infer(path: RoutedPath, call: Call): Promise<void> {
    const head = this.#readHead(call);
    const { maxBodyBytes, isKeyless = false } = this.#options;
    const read = isMedia(path) && !isKeyless ? readFormOrJson : readJson;
    const body = await read(call.request, maxBodyBytes);
    // Handed on without waiting: what waits here would live as long as the answer.
    return this.#route({ path, ...body, ...head }, new HttpSink(call.response), call);
  }

  /** Errors of a dialect's request are told in its own words, whoever finds them. */
  async #translate(route: ModelAwareRoute | NativeRoute, call: Call): Promise<void> {
    const { request, response } = call;
    let sink = new HttpSink(response, route.errors);
    try {
      const head = this.#readHead(call);
      const sent = await readJsonBody(request, this.#options.maxBodyBytes);
      if ("native" in route && this.#options.router.backends.some((backend) => speaks(backend, route))) {
        const original = originalRequest(route, sent, request);
        return await this.#route({ path: route.native.as, body: sent, original, ...head }, sink, call);
      }
      const { path, body, wrap, errors } = await route.translate(sent, this.#modelView(call));
      if (errors !== undefined) sink = new HttpSink(response, errors);
      await this.#route({ path, body, ...head }, wrap(sink), call);
    } catch (error) {
      const known = toMeshError(error, this.#options.log);
      sink.fail(known, this.#tagOf(known));
    }
  }

  async #inform({ method, answer }: InformationRoute, call: Call): Promise<void> {
    checkScope(call.principal, "models");
    const body = method === "GET" ? null : await readJsonBody(call.request, this.#options.maxBodyBytes);
    sendJson(call.response, await answer(body, { ...this.#modelView(call), version: this.#options.version }));
  }

  #modelView({ request, principal: { permit }, abort }: Call): ModelView {
    const { router } = this.#options;
    // Another node is told what is known: it may be waited for here.
    const looks = request.headers[meshPathHeader] === undefined;
    const names = async () => permittedNames(await router.listModels(abort.signal, { looks }), router.backends, permit);
    return { backends: permittedBackends(router.backends, permit), names };
  }

  /** The limits of the key hold whatever the dialect. @throws MeshError `key_rate_limited` */
  #route(incoming: IncomingRequest, sink: Sink, { principal: { limits }, abort }: Call): Promise<void> {
    const { router } = this.#options;
    if (limits === null) return router.routeWith(incoming, sink, abort);
    const { counted, settle } = this.#limiter.count(limits, incoming);
    return router.routeWith(counted, sink, abort).then(settle);
  }

  /** @throws MeshError `key_scope`, `request_loop`, `invalid_field` */
  #readHead({ request, principal }: Call): Omit<IncomingRequest, "path" | "body"> {
    checkScope(principal, "inference");
    const meshPath = readMeshPath(request, this.#options.nodeId);
    const wishes = readWishes(request);
    const { permit } = principal;
    return {
      caller: readCaller(request, principal),
      meshPath,
      ...(wishes === undefined ? {} : { wishes }),
      ...(permit === null ? {} : { permit }),
    };
  }
}
