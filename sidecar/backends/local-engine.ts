import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Health } from "../../contract/mesh/health.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { isComputed } from "../../contract/openai/paths.ts";
import type { LocalEngines } from "../engine/local-engines.ts";
import type { EngineLease } from "../engine/model-engine.ts";
import type { AdmissionQueue } from "../resources/admission-queue.ts";
import type { MeshRequest } from "../router/mesh-request.ts";
import type { Sink } from "../router/sink.ts";
import type { Backend, BackendModel } from "./backend.ts";
import type { BackendDefinition, BackendDependencies } from "./definition.ts";
import type { HttpForwarder } from "./http/http-forwarder.ts";

const kind = "local-engine";
/** How long an engine with a free slot may still be busy, and the longest pause between two attempts, in milliseconds. */
const maxBusyMs = 60_000;
const maxBusyPauseMs = 200;

/** Models on this machine: llama.cpp in one child process each, reached over its private socket. */
export const localEngineDefinition: BackendDefinition<Record<string, never>> = {
  kind,
  label: "Local engine",
  description: "GGUF models on this machine, through llama.cpp",
  configSchema: z.strictObject({}),
  create: (_config, dependencies) => new LocalEngineBackend(dependencies),
};

class LocalEngineBackend implements Backend {
  readonly id = kind;
  readonly kind = kind;
  readonly label = localEngineDefinition.label;
  readonly privacy = "local";
  readonly program = { id: "llama.cpp", version: null };
  /** There is one, and it is asked first; what may load is limited by the memory, not by weights. */
  readonly settings = { isEnabled: true, priority: 0, weight: 1 };
  readonly #engines: LocalEngines;
  readonly #forwarder: HttpForwarder;
  readonly #queue: AdmissionQueue;

  constructor({ engines, forwarder, queue }: BackendDependencies) {
    this.#engines = engines;
    this.#forwarder = forwarder;
    this.#queue = queue;
  }

  readonly onDidChange: Backend["onDidChange"] = (listener) => {
    const changes = [this.#engines.onDidChange(listener), this.#queue.onDidChange(listener)];
    return { dispose: () => void changes.map((each) => each.dispose()) };
  };

  models(name?: string): BackendModel[] {
    const named = name === undefined ? undefined : this.#engines.model(name);
    const models = name === undefined ? this.#engines.models : named === undefined ? [] : [named];
    return models.map((model) => ({
      id: model.id,
      displayName: model.displayName,
      state: model.state,
      health: healthOf(model),
      reason: model.problem?.code ?? null,
      openRequests: model.openRequests,
      waitingRequests: this.#queue.waitingFor(model.id),
      artifact: artifactOf(model),
      contextTokens: this.#engines.contextTokens(model),
      capabilities: model.capabilities,
      capacity: this.#engines.parallel(model.id),
      reported: null,
      isDemo: model.isDemo,
    }));
  }

  /** The engine starts processes on demand: it is healthy as long as one of its models could answer. */
  health(): { health: Health; reason: string | null } {
    const models = this.#engines.models;
    const usable = models.some((model) => model.state !== "failed");
    return usable ? { health: "healthy", reason: null } : { health: "degraded", reason: "no usable model" };
  }

  async refresh(): Promise<void> {
    await this.#engines.glance();
  }

  async forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { model } = request;
    const { choices } = request.envelope;
    if (!isComputed(request.path)) return await this.#forwardOnce(request, sink, signal);
    const capacity = this.#engines.parallel(model);
    const slot = await this.#queue.enter({ model, capacity, places: choices, ...request.caller }, signal);
    try {
      await this.#forwardInTurn(request, sink, signal);
    } finally {
      slot.release();
    }
  }

  /**
   * An aborted answer gives its slot back at once, but its sequence only after the engine's running step: whoever
   * follows may be refused for some milliseconds, and that is nothing to tell a client.
   */
  async #forwardInTurn(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { model } = request;
    for (let waitedMs = 0, waitMs = 5; ; waitedMs += waitMs, waitMs = Math.min(2 * waitMs, maxBusyPauseMs)) {
      try {
        return await this.#forwardOnce(request, sink, signal);
      } catch (error) {
        if (!(error instanceof MeshError) || error.code !== "engine_busy") throw error;
        if (waitedMs >= maxBusyMs) {
          const limitSeconds = maxBusyMs / 1000;
          throw new MeshError("queue_timeout", { model, limitSeconds, retryAfterSeconds: 2 }, { cause: error });
        }
      }
      await pause(waitMs, signal);
    }
  }

  async #forwardOnce(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { model } = request;
    const lease: EngineLease = await this.#engines.acquire(model, signal);
    request.onSent?.();
    const lost = (cause: unknown): MeshError => new MeshError("engine_crashed", { model }, { cause });
    const refused = (status: number, _headers: unknown, body: Buffer): MeshError =>
      errorFromBody(body.toString("utf8")) ?? lost(`status ${status}`);
    try {
      await this.#forwarder.forward(
        { origin: "http://engine", socketPath: lease.socketPath, lost, refused },
        request,
        sink,
        signal,
      );
    } finally {
      lease.release();
    }
  }

  dispose(): void {
    // The engines belong to whoever made them.
  }
}

/** @throws the signal's reason */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** The catalogue error in a body that an engine has written; undefined when it is something else. */
function errorFromBody(body: string): MeshError | undefined {
  try {
    return MeshError.fromWire((JSON.parse(body) as { error?: unknown }).error);
  } catch {
    return undefined;
  }
}

/** A file that has not been hashed yet is like no other, until it has. */
function artifactOf({ identity, id }: ModelSummary): string {
  if (identity === null) return `file:${id}`;
  return `sha256:${identity.artifactDigest}${identity.templateHash === null ? "" : `+${identity.templateHash}`}`;
}

function healthOf(model: ModelSummary): Health {
  switch (model.state) {
    case "loaded":
    case "available":
      return "healthy";
    case "loading":
      return "loading";
    case "unloading":
      return "draining";
    case "failed":
      return "unhealthy";
  }
}
