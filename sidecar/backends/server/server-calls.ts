import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import { isMedia } from "../../../contract/openai/paths.ts";
import { cleanText } from "../../platform/clean-text.ts";
import { scanEnvelope } from "../../router/envelope.ts";
import type { MeshRequest } from "../../router/mesh-request.ts";
import type { Sink } from "../../router/sink.ts";
import { keyUnavailable } from "../../secrets/backend-keys.ts";
import type { ForwardTarget, HttpTarget, SmallAnswer, SmallRequest } from "../http/http-target.ts";
import { inspectCertificate, type ShownCertificate } from "../http/inspect-certificate.ts";
import { certificateProblem, errorOfCertificate, isCertificateFault } from "./certificate-fault.ts";
import { errorOfFailure, errorOfOwnFailure, type FailedBackend } from "./failure.ts";
import { maxListBytes } from "./model-list.ts";
import { maxParticularsBytes } from "./programs/program-watch.ts";
import { type ListQuestion, readListAnswer } from "./read-list-answer.ts";
import { errorOfRefusal, isWebPage, type Refusal, type RefusalContext } from "./refusal.ts";
import type { ServerCallsOptions } from "./server-calls-options.ts";
import type { ServerCall, ServerDialect, TranslatableRequest } from "./server-dialect.ts";
import { limitsOf } from "./server-settings.ts";
import { ServerWay } from "./server-way.ts";

/** The pages of a model list; `none` where the server has none and its models are named; `loading` where it will have one. */
export type ListAnswer = readonly Buffer[] | "none" | "loading";

export interface Listed {
  /** The round trip, in milliseconds. */
  readonly networkMs: number;
  readonly list: ListAnswer;
  readonly headers: SmallAnswer["headers"];
}

const connectMs = 5000;
/** A list may go on for ever. */
const maxListPages = 16;
const listMs = 10_000;
const askMs = 2000;
/** A model may be read from a slow disk first. */
const instructMs = 1_800_000;
const tokenMs = 60_000;
const maxTokenBytes = 256 * 1024;
/** An event of a stream of images may hold a whole one. */
const maxMediaEventBytes = 64 * 1024 * 1024;

/** Everything that is sent to one server, each with its key, its limits and its errors in the node's own words. */
export class ServerCalls {
  readonly #options: ServerCallsOptions;
  readonly #way: ServerWay;
  readonly #limits: ReturnType<typeof limitsOf>;
  /** Undefined where nobody has set any. */
  readonly #ownLimits: ReturnType<typeof limitsOf> | undefined;

  constructor(options: ServerCallsOptions) {
    this.#options = options;
    this.#limits = limitsOf(options.entry);
    this.#ownLimits = Object.keys(this.#limits).length === 0 ? undefined : this.#limits;
    this.#way = new ServerWay(options);
  }

  /**
   * How long a connection takes, in milliseconds, as the address says or by another scheme.
   *
   * @throws MeshError, or the signal's reason
   */
  async connect(signal: AbortSignal, scheme?: "https:"): Promise<number> {
    const timeoutMs = this.#limits.connectMs ?? connectMs;
    if (!this.#way.isReady) await this.#way.prepare(signal);
    const own = this.#target([]);
    const target = scheme === undefined ? own : { ...own, origin: own.origin.replace(/^https?:/, scheme) };
    try {
      return await this.#options.forwarder.connect(target, { timeoutMs, signal });
    } catch (error) {
      throw await this.#explain(error, target, signal);
    }
  }

  /** What the server shows of itself, with nothing sent to it; null where it speaks plain HTTP. @throws MeshError */
  async certificate(signal: AbortSignal): Promise<ShownCertificate | null> {
    if (!this.#options.address.origin.startsWith("https:")) return null;
    if (!this.#way.isReady) await this.#way.prepare(signal);
    // No key will be sent.
    const target = this.#way.way(false);
    try {
      return await inspectCertificate(target, { timeoutMs: this.#limits.connectMs ?? connectMs, signal });
    } catch (error) {
      throw await this.#explain(error, target, signal);
    }
  }

  /** @throws MeshError, or the signal's reason */
  async listModels(signal: AbortSignal): Promise<Listed> {
    const startedAt = performance.now();
    // A node that is asked by a node says what it knows, and does not ask back.
    const { dialect } = this.#options;
    const ownHeaders = this.#ownHeaders();
    const read = async (
      path: string,
    ): Promise<{ page: Buffer | "none" | "loading"; headers: SmallAnswer["headers"] }> => {
      const call = { method: "GET", path, headers: ownHeaders, maxBytes: maxListBytes, timeoutMs: listMs } as const;
      const answer = await this.#request(call, signal);
      return { page: readListAnswer(answer, this.#question), headers: answer.headers };
    };
    const { page: first, headers } = await read(dialect.listPath ?? "/v1/models");
    const networkMs = performance.now() - startedAt;
    if (first === "none" || first === "loading") return { networkMs, list: first, headers };
    const pages = [first];
    for (let next = dialect.nextPage?.(first); next != null && pages.length < maxListPages; ) {
      const { page } = await read(next);
      if (page === "none" || page === "loading") break;
      pages.push(page);
      next = dialect.nextPage?.(page);
    }
    return { networkMs, list: pages, headers };
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

  /** Asks for something beside the API that all servers have; undefined when nothing comes of it. @throws the signal's reason */
  async ask(path: string, signal: AbortSignal, basePath?: string): Promise<SmallAnswer | undefined> {
    try {
      const call = { method: "GET", path, maxBytes: maxParticularsBytes, timeoutMs: askMs } as const;
      return await this.#request(call, signal, basePath);
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }

  /** Asks in the dialect's own way. Null for an answer that is none. @throws MeshError, or the signal's reason */
  async askOwn(path: string, body: object | undefined, signal: AbortSignal): Promise<Buffer | null> {
    const call = { path, headers: this.#ownHeaders(), maxBytes: maxParticularsBytes, timeoutMs: listMs };
    const content = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
    const answer = await this.#request({ ...call, method: body === undefined ? "GET" : "POST", ...content }, signal);
    return answer.status < 300 && !isWebPage(headersOf(answer)) ? answer.body : null;
  }

  /** Has something done there, and returns what it says. @throws MeshError, or the signal's reason */
  async instruct({ path, body }: { readonly path: string; readonly body: object }, model: string, signal: AbortSignal) {
    const call = { method: "POST", path, body: Buffer.from(JSON.stringify(body)) } as const;
    const answer = await this.#request({ ...call, maxBytes: maxParticularsBytes, timeoutMs: instructMs }, signal);
    if (answer.status >= 300) throw this.#refused(answer, model);
    return answer.body;
  }

  /** Its own words without the key, harmless to show. */
  quote(words: string): string {
    const { secret } = this.#context("");
    return cleanText(secret === null ? words : words.replaceAll(secret, "[key]")) || "no reason given";
  }

  /** See `Backend.forward`. */
  async forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { dialect, forwarder } = this.#options;
    const { model, native } = request;
    const mediaPath = isMedia(request.path) ? request.path : undefined;
    const call = native === undefined ? this.#translated(request) : undefined;
    if (!this.#way.isReady) await this.#way.prepare(signal);
    const own = dialect.headers(request);
    const extra = native?.headers ?? call?.headers;
    const way = this.#target(extra === undefined ? own : withClients(own, extra));
    // Field by field: to spread an object costs many times as much, and each request does this.
    const target: ForwardTarget = {
      origin: way.origin,
      basePath: way.basePath,
      headers: way.headers,
      resolver: way.resolver,
      tls: way.tls,
      proxy: way.proxy,
      model: call === undefined ? model : undefined,
      limits: mediaPath === undefined ? this.#ownLimits : { ...this.#limits, maxEventBytes: maxMediaEventBytes },
      lost: (failure) => errorOfFailure(failure, this.#about(target), model),
      refused: (status, headers, body) =>
        this.#errorOfRefusal({ status, headers, body }, { ...this.#context(model, request.privacy), mediaPath }),
    };
    try {
      if (call === undefined) {
        const sent = native === undefined ? request : { ...request, path: native.path };
        return await forwarder.forward(target, sent, sink, signal);
      }
      const { path, body } = call;
      await forwarder.forward(target, { path, body, envelope: request.envelope }, call.wrap(sink), signal);
    } catch (error) {
      throw isCertificateFault(error) ? await this.#explain(error, target, signal) : error;
    }
  }

  #translated(request: TranslatableRequest): ServerCall | undefined {
    return this.#options.dialect.translate?.(request);
  }

  /** What goes with the node's own questions, as with every request. */
  #ownHeaders(): ReturnType<ServerDialect["headers"]> {
    const { dialect, privacy } = this.#options;
    return dialect.headers({ meshPath: [], privacy, caller: { client: "probe", priority: "interactive" } });
  }

  get #question(): ListQuestion {
    const { entry, address } = this.#options;
    const hasNames = entry.models !== undefined;
    return { backend: entry.id, origin: address.origin, hasNames, refused: (answer) => this.#refused(answer, "") };
  }

  async #request(call: Omit<SmallRequest, "signal">, signal: AbortSignal, basePath?: string): Promise<SmallAnswer> {
    if (!this.#way.isReady) await this.#way.prepare(signal);
    const target = { ...this.#target([]), ...(basePath === undefined ? {} : { basePath }) };
    try {
      return await this.#options.forwarder.request(target, { ...call, signal });
    } catch (error) {
      throw await this.#explain(error, target, signal);
    }
  }

  /** @throws MeshError `backend_key_elsewhere` rather than asking without the key that somebody has given */
  #target(headers: readonly (readonly [name: string, value: string])[]) {
    const { origin, basePath } = this.#options.address;
    const key = this.#options.keys.read(this.#options.entry.id, origin);
    if (key === "of-other-address") throw new MeshError("backend_key_elsewhere", { backend: this.#options.entry.id });
    if (key === "not-at-hand") throw keyUnavailable(this.#options.entry.id, "no-answer");
    const { credentials: sayKey = bearer } = this.#options.dialect;
    const credentials = key === "none" ? [] : sayKey(key.key);
    return { ...this.#way.way(key !== "none"), basePath, headers: [...credentials, ...headers] };
  }

  #refused(answer: SmallAnswer, model: string): MeshError {
    const { status, body } = answer;
    return this.#errorOfRefusal({ status, headers: headersOf(answer), body }, this.#context(model));
  }

  #errorOfRefusal(refusal: Refusal, context: RefusalContext): MeshError {
    return errorOfRefusal(this.#options.dialect.readRefusal?.(refusal) ?? refusal, context);
  }

  #context(model: string, privacy: PrivacyLabel | null = null) {
    const { entry, address, keys } = this.#options;
    const key = keys.read(entry.id, address.origin);
    return { backend: entry.id, model, privacy, secret: typeof key === "object" ? key.key : null, nowMs: Date.now() };
  }

  #protocol(problem: string): MeshError {
    return new MeshError("backend_protocol", { backend: this.#options.entry.id, problem });
  }

  #about({ proxy }: Pick<HttpTarget, "proxy">): FailedBackend {
    const { entry } = this.#options;
    return { backend: entry.id, proxy: this.#way.proxyName, hasLogin: proxy?.authorization !== undefined };
  }

  /** The error in the node's own words. A certificate that was not trusted is looked at for what can be said about it. */
  async #explain(error: unknown, target: HttpTarget, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) return error;
    if (isCertificateFault(error)) {
      this.#way.readAgain();
      const looked = { timeoutMs: this.#limits.connectMs ?? connectMs, signal };
      const shown = await inspectCertificate(target, looked).catch(() => undefined);
      const problem = shown === undefined ? null : certificateProblem(shown);
      if (shown !== undefined && problem !== null) return errorOfCertificate(shown, problem, this.#options.entry.id);
    }
    return error instanceof MeshError ? error : errorOfOwnFailure(error, this.#about(target));
  }
}

const bearer = (key: string): readonly (readonly [string, string])[] => [["authorization", `Bearer ${key}`]];

type Headers = ReturnType<ServerDialect["headers"]>;

/** Of a header that both have, the client's word counts: its version of the dialect, for example. */
const withClients = (own: Headers, extra: Headers): Headers => [
  ...own.filter(([name]) => !extra.some(([other]) => other === name)),
  ...extra,
];

const headersOf = ({ headers }: SmallAnswer) => ({
  retryAfter: headers.get("retry-after") ?? null,
  contentType: headers.get("content-type") ?? null,
});
