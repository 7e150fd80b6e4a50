import { randomUUID } from "node:crypto";
import type { ErrorCode } from "../../../contract/errors/catalogue.ts";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ConnectionTest } from "../../../contract/mesh/connection-test.ts";
import { scanEnvelope } from "../../router/envelope.ts";
import type { MeshRequest } from "../../router/mesh-request.ts";
import type { AnswerHead, Sink } from "../../router/sink.ts";
import { SseReader } from "../../router/sse-reader.ts";
import type { Backend, BackendModel, ProbeResult } from "../backend.ts";
import { modelToAsk } from "./model-list.ts";

/** A model may have to be loaded first. */
const streamMs = 60_000;
/** What may be the address' fault. */
const addressCodes: ReadonlySet<ErrorCode> = new Set(["backend_protocol", "backend_unreachable"]);
/** What a few tokens can be at most. */
const maxStreamBytes = 256 * 1024;

/**
 * Does what a person's first request would do: asks for the models and has one of them stream an answer. Says exactly
 * what answered; a refusal of the small request itself is a remark, since the server has understood it.
 *
 * @throws MeshError what is wrong with the address, the key or the server
 */
export async function testConnection(backend: Backend, signal: AbortSignal): Promise<ConnectionTest> {
  const probe = await look(backend, signal);
  const models = backend.models();
  const seen = {
    program: backend.program ?? null,
    models: models.length,
    loaded: loadedOf(models),
    networkMs: probe?.networkMs ?? 0,
    isLoading: probe?.isLoading ?? false,
  };
  const model = modelToAsk(models);
  if (seen.isLoading) return { ...seen, streamed: null, remark: "it is still loading its model" };
  if (model === undefined) return { ...seen, streamed: null, remark: "it has no model that chats" };
  try {
    const firstEventMs = await stream(backend, model, AbortSignal.any([signal, AbortSignal.timeout(streamMs)]));
    return { ...seen, streamed: { model: model.id, firstEventMs }, remark: null };
  } catch (error) {
    const isRemark = error instanceof MeshError && error.code === "backend_rejected";
    if (isRemark) return { ...seen, streamed: null, remark: error.message };
    if (signal.aborted || error instanceof MeshError) throw error;
    const problem = `'${model.id}' did not answer within ${streamMs / 1000} seconds`;
    throw new MeshError("backend_unreachable", { backend: backend.id, problem }, { cause: error });
  }
}

/** Asks for its models; where that fails, also for what could be wrong with the address. @throws MeshError */
async function look(backend: Backend, signal: AbortSignal): Promise<ProbeResult | undefined> {
  try {
    return await backend.probe?.("models", signal);
  } catch (error) {
    const isAboutAddress = error instanceof MeshError && addressCodes.has(error.code) && "problem" in error.params;
    if (!isAboutAddress) throw error;
    const advice = (await backend.advise?.(signal)) ?? null;
    if (advice === null) throw error;
    const params = { backend: backend.id, problem: `${error.params.problem}; ${advice}` };
    throw new MeshError(error.code as "backend_protocol", params, { cause: error });
  }
}

/** Null where none of them tells. */
function loadedOf(models: readonly BackendModel[]): number | null {
  const known = models.filter(({ state }) => state !== null);
  return known.length === 0 ? null : known.filter(({ state }) => state === "loaded").length;
}

/** The time to the first event, in milliseconds. */
async function stream(backend: Backend, { id }: BackendModel, signal: AbortSignal): Promise<number> {
  const messages = [{ role: "user", content: "Hi" }];
  const body = Buffer.from(JSON.stringify({ model: id, messages, max_tokens: 4, stream: true }));
  const request: MeshRequest = {
    id: randomUUID(),
    path: "/v1/chat/completions",
    body,
    caller: { client: "connection test", priority: "interactive" },
    envelope: scanEnvelope(body),
    model: id,
    // Whoever adds a server wants to know how it answers, wherever it is.
    privacy: "cloud",
    meshPath: [],
  };
  const sink = new EventSink(backend.id);
  await backend.forward(request, sink, signal);
  return sink.firstEventMs();
}

/** Looks whether what arrives is a stream of events. */
class EventSink implements Sink {
  readonly #backend: string;
  readonly #reader = new SseReader();
  readonly #startedAt = performance.now();
  #firstEventMs: number | undefined;
  #bytes = 0;

  constructor(backend: string) {
    this.#backend = backend;
  }

  begin({ contentType }: AnswerHead): void {
    if (!contentType.startsWith("text/event-stream")) throw this.#protocol("it does not stream its answers");
  }

  write(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > maxStreamBytes) throw this.#protocol("it does not keep to max_tokens");
    if (this.#reader.push(bytes).length > 0) this.#firstEventMs ??= performance.now() - this.#startedAt;
    return true;
  }

  onDrain(): void {
    // It is never behind.
  }

  end(): void {
    // `forward` resolves.
  }

  fail(): void {
    // `forward` rejects.
  }

  /** @throws MeshError `backend_protocol` */
  firstEventMs(): number {
    if (this.#firstEventMs === undefined) throw this.#protocol("its stream has no events");
    return this.#firstEventMs;
  }

  #protocol(problem: string): MeshError {
    return new MeshError("backend_protocol", { backend: this.#backend, problem });
  }
}
