import { z } from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Health } from "../../contract/mesh/health.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import type { LocalEngines } from "../engine/local-engines.ts";
import type { EngineLease } from "../engine/model-engine.ts";
import type { MeshRequest } from "../router/mesh-request.ts";
import type { Sink } from "../router/sink.ts";
import type { Backend, BackendModel } from "./backend.ts";
import type { BackendDefinition } from "./definition.ts";
import type { HttpForwarder } from "./http-forwarder.ts";

const kind = "local-engine";

/** Models on this machine: llama.cpp in one child process each, reached over its private socket. */
export const localEngineDefinition: BackendDefinition<Record<string, never>> = {
  kind,
  label: "Local engine",
  description: "GGUF models on this machine, through llama.cpp",
  configSchema: z.strictObject({}),
  create: (_config, { engines, forwarder }) => new LocalEngineBackend(engines, forwarder),
};

class LocalEngineBackend implements Backend {
  readonly id = kind;
  readonly kind = kind;
  readonly label = localEngineDefinition.label;
  readonly privacy = "local";
  readonly #engines: LocalEngines;
  readonly #forwarder: HttpForwarder;

  constructor(engines: LocalEngines, forwarder: HttpForwarder) {
    this.#engines = engines;
    this.#forwarder = forwarder;
  }

  get onDidChange(): Backend["onDidChange"] {
    return this.#engines.onDidChange;
  }

  models(): BackendModel[] {
    return this.#engines.models.map((model) => ({
      id: model.id,
      displayName: model.displayName,
      state: model.state,
      health: healthOf(model),
      reason: model.problem?.code ?? null,
      openRequests: model.openRequests,
    }));
  }

  /** The engine starts processes on demand: it is healthy as long as one of its models could answer. */
  health(): { health: Health; reason: string | null } {
    const models = this.#engines.models;
    const usable = models.some((model) => model.state !== "failed");
    return usable ? { health: "healthy", reason: null } : { health: "degraded", reason: "no usable model" };
  }

  async refresh(): Promise<void> {
    await this.#engines.refresh();
  }

  async forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const model = request.envelope.model;
    const lease: EngineLease = await this.#engines.acquire(model, signal);
    const lost = (cause: unknown): MeshError => new MeshError("engine_crashed", { model }, { cause });
    const refused = (_status: number, body: string): MeshError => errorFromBody(body) ?? lost(body);
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

/** The catalogue error in a body that an engine has written; undefined when it is something else. */
function errorFromBody(body: string): MeshError | undefined {
  try {
    return MeshError.fromWire((JSON.parse(body) as { error?: unknown }).error);
  } catch {
    return undefined;
  }
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
