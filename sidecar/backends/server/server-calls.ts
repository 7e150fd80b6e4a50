import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import { isMedia } from "../../../contract/openai/paths.ts";
import type { BackendEntry } from "../../registry/backend-entry.ts";
import type { ServerAddress } from "../../registry/server-address.ts";
import { scanEnvelope } from "../../router/envelope.ts";
import type { MeshRequest } from "../../router/mesh-request.ts";
import type { Sink } from "../../router/sink.ts";
import type { BackendKeys } from "../../secrets/backend-keys.ts";
import type { HttpForwarder } from "../http/http-forwarder.ts";
import type { ForwardTarget, SmallAnswer, SmallRequest } from "../http/http-target.ts";
import { errorOfFailure, errorOfOwnFailure } from "./failure.ts";
import { type ListedModel, maxListBytes } from "./model-list.ts";
import { pinnedResolver } from "./pinned-lookup.ts";
import { probePort } from "./probe-port.ts";
import { errorOfRefusal, isLoadingAnswer, isWebPage } from "./refusal.ts";
import { type FigureSource, figureSources, maxFiguresBytes, type ServerFigures } from "./reported-load.ts";
import type { ServerCall, ServerDialect, TranslatableRequest } from "./server-dialect.ts";
import { limitsOf } from "./server-settings.ts";

export interface ServerCallsOptions {
  readonly entry: BackendEntry;
  readonly address: ServerAddress;
  readonly privacy: PrivacyLabel;
  readonly dialect: ServerDialect;
  readonly forwarder: Pick<HttpForwarder, "forward" | "request">;
  readonly keys: Pick<BackendKeys, "read">;
}

/** The pages of a model list; `none` where the server has none and its models are named; `loading` where it will have one. */
export type ListAnswer = readonly Buffer[] | "none" | "loading";

const connectMs = 5000;
/** A list may go on for ever. */
const maxListPages = 16;
const listMs = 10_000;
const figuresMs = 2000;
const tokenMs = 60_000;
const maxTokenBytes = 256 * 1024;

/** Everything that is sent to one server, each with its key, its limits and its errors in the node's own words. */
export class ServerCalls {
  readonly #options: ServerCallsOptions;
  readonly #resolver: ReturnType<typeof pinnedResolver>;
  readonly #limits: ReturnType<typeof limitsOf>;
  /** Where the server tells how busy it is; null when it does not, undefined before it was asked. */
  #figures: FigureSource | null | undefined;

  constructor(options: ServerCallsOptions) {
    this.#options = options;
    this.#limits = limitsOf(options.entry);
    this.#resolver = pinnedResolver(options.privacy);
  }

  /** How long a connection takes, in milliseconds. @throws MeshError, or the signal's reason */
  async connect(signal: AbortSignal): Promise<number> {
    const timeoutMs = this.#limits.connectMs ?? connectMs;
    const { origin } = this.#options.address;
    try {
      return await probePort({ origin, lookup: this.#resolver.lookup, timeoutMs, signal });
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  /** @throws MeshError, or the signal's reason */
  async listModels(signal: AbortSignal): Promise<{ readonly networkMs: number; readonly list: ListAnswer }> {
    const startedAt = performance.now();
    // A node that is asked by a node says what it knows, and does not ask back.
    const { dialect } = this.#options;
    const headers = this.#ownHeaders();
    const read = async (path: string): Promise<Buffer | "none" | "loading"> =>
      this.#listIn(
        await this.#request({ method: "GET", path, headers, maxBytes: maxListBytes, timeoutMs: listMs }, signal),
      );
    const first = await read(dialect.listPath ?? "/v1/models");
    const networkMs = performance.now() - startedAt;
    if (first === "none" || first === "loading") return { networkMs, list: first };
    const pages = [first];
    for (let next = dialect.nextPage?.(first); next != null && pages.length < maxListPages; ) {
      const page = await read(next);
      if (page === "none" || page === "loading") break;
      pages.push(page);
      next = dialect.nextPage?.(page);
    }
    return { networkMs, list: pages };
  }

  /** Has a model make one token: what a person's request would do, at the least cost. @throws MeshError */
  async generateToken(model: string, signal: AbortSignal): Promise<void> {
    const chat = { model, messages: [{ role: "user", content: "Hi" }], max_tokens: 1, stream: false };
    const own = { path: "/v1/chat/completions", body: Buffer.from(JSON.stringify(chat)) } as const;
    const { path, body, headers } = this.#translated({ ...own, model, envelope: scanEnvelope(own.body) }) ?? {
      ...own,
      headers: [],
    };
    const answer = await this.#request(
      {
        method: "POST",
        path,
        headers: [...this.#ownHeaders(), ...(headers ?? [])],
        body,
        maxBytes: maxTokenBytes,
        timeoutMs: tokenMs,
      },
      signal,
    );
    if (answer.status >= 300) throw this.#refused(answer, model);
    if (isWebPage(headersOf(answer))) throw this.#protocol("it answers with a web page");
  }

  /** Adds what the server says about its load, where it was found to say it. A server without is none the worse. */
  async addFigures(models: readonly ListedModel[], signal: AbortSignal): Promise<readonly ListedModel[]> {
    const program = models.find((model) => model.ownedBy !== null)?.ownedBy ?? "";
    const candidates = Object.hasOwn(figureSources, program) ? (figureSources[program] ?? []) : [];
    const sources = this.#figures === undefined ? candidates : this.#figures === null ? [] : [this.#figures];
    for (const source of sources) {
      const figures = await this.#readFigures(source, signal);
      if (figures === undefined) continue;
      this.#figures = source;
      return models.map((model) => ({ ...model, ...figures }));
    }
    this.#figures ??= null;
    return models;
  }

  /** See `Backend.forward`. */
  async forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { entry, dialect, forwarder } = this.#options;
    const model = request.model;
    const call = this.#translated(request);
    const target: ForwardTarget = {
      ...this.#target([...dialect.headers(request), ...(call?.headers ?? [])]),
      ...(call === undefined ? { model } : {}),
      limits: this.#limits,
      lost: (failure) => errorOfFailure(failure, { backend: entry.id, model }),
      refused: (status, headers, body) =>
        errorOfRefusal(
          { status, headers, body },
          {
            ...this.#context(model, request.privacy),
            mediaPath: isMedia(request.path) ? request.path : undefined,
          },
        ),
    };
    if (call === undefined) return await forwarder.forward(target, request, sink, signal);
    const { path, body } = call;
    await forwarder.forward(target, { path, body, envelope: request.envelope }, call.wrap(sink), signal);
  }

  #translated(request: TranslatableRequest): ServerCall | undefined {
    return this.#options.dialect.translate?.(request);
  }

  /** What goes with the node's own questions, as with every request. */
  #ownHeaders(): ReturnType<ServerDialect["headers"]> {
    const { dialect, privacy } = this.#options;
    return dialect.headers({ meshPath: [], privacy, caller: { client: "probe", priority: "interactive" } });
  }

  #listIn(answer: SmallAnswer): Buffer | "none" | "loading" {
    const { status, body } = answer;
    if (status < 300 && !isWebPage(headersOf(answer))) return body;
    if (isLoadingAnswer(status, body)) return "loading";
    const hasNone = status < 300 || status === 404 || status === 405 || status === 501;
    if (!hasNone) throw this.#refused(answer, "");
    if (this.#options.entry.models !== undefined) return "none";
    throw this.#protocol(
      isWebPage(headersOf(answer))
        ? "there is a web page where the list of models should be"
        : `it has no list of models (HTTP status ${status}), and none are named in the configuration`,
    );
  }

  async #readFigures(source: FigureSource, signal: AbortSignal): Promise<ServerFigures | undefined> {
    try {
      const call = { method: "GET", path: source.path, maxBytes: maxFiguresBytes, timeoutMs: figuresMs } as const;
      const { status, body } = await this.#request(call, signal);
      return status === 200 ? source.read(body) : undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }

  async #request(call: Omit<SmallRequest, "signal">, signal: AbortSignal): Promise<SmallAnswer> {
    const target = this.#target([]);
    try {
      return await this.#options.forwarder.request(target, { ...call, signal });
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  /** @throws MeshError `backend_key_elsewhere` rather than asking without the key that somebody has given */
  #target(headers: readonly (readonly [name: string, value: string])[]) {
    const { origin, basePath } = this.#options.address;
    const key = this.#options.keys.read(this.#options.entry.id, origin);
    if (key === "of-other-address") throw new MeshError("backend_key_elsewhere", { backend: this.#options.entry.id });
    const { credentials: sayKey = bearer } = this.#options.dialect;
    const credentials = key === "none" ? [] : sayKey(key.key);
    return { origin, basePath, headers: [...credentials, ...headers], resolver: this.#resolver };
  }

  #refused(answer: SmallAnswer, model: string): MeshError {
    const { status, body } = answer;
    return errorOfRefusal({ status, headers: headersOf(answer), body }, this.#context(model));
  }

  #context(model: string, privacy: PrivacyLabel | null = null) {
    const { entry, address, keys } = this.#options;
    const key = keys.read(entry.id, address.origin);
    return { backend: entry.id, model, privacy, secret: typeof key === "object" ? key.key : null, nowMs: Date.now() };
  }

  #protocol(problem: string): MeshError {
    return new MeshError("backend_protocol", { backend: this.#options.entry.id, problem });
  }

  #explain(error: unknown, signal: AbortSignal): unknown {
    if (error instanceof MeshError || signal.aborted) return error;
    return errorOfOwnFailure(error, this.#options.entry.id);
  }
}

const bearer = (key: string): readonly (readonly [string, string])[] => [["authorization", `Bearer ${key}`]];

const headersOf = ({ headers }: SmallAnswer) => ({
  retryAfter: headers.get("retry-after") ?? null,
  contentType: headers.get("content-type") ?? null,
});
