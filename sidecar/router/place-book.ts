import type { Health } from "../../contract/mesh/health.ts";
import type { Backend, BackendModel } from "../backends/backend.ts";
import type { HealthBook } from "../health/health-book.ts";
import type { ObservedFigures } from "../health/observed-figures.ts";
import type { Standing } from "../health/standing.ts";
import type { OpenRequests } from "./open-requests.ts";
import type { Place } from "./route-question.ts";

export interface PlaceBookOptions {
  readonly backends: () => readonly Backend[];
  readonly health: Pick<HealthBook, "standingOf">;
  readonly figures: Pick<ObservedFigures, "figures">;
  readonly load: OpenRequests;
}

const mayBeAsked: ReadonlySet<Health> = new Set<Health>(["healthy", "unknown", "degraded"]);

/** Takes snapshots of the places that there are, for the choice among them. */
export class PlaceBook {
  readonly #options: PlaceBookOptions;

  constructor(options: PlaceBookOptions) {
    this.#options = options;
  }

  /** Every place, or those whose model has this name. */
  places(name?: string): Place[] {
    const places: Place[] = [];
    for (const backend of this.#options.backends()) {
      let standing: Standing | undefined;
      for (const model of backend.models(name)) {
        if (name !== undefined && model.id !== name) continue;
        standing ??= this.#options.health.standingOf(backend.id);
        places.push(this.#place(backend, model, standing));
      }
    }
    return places;
  }

  #place(backend: Backend, model: BackendModel, standing: Standing): Place {
    const { settings, privacy } = backend;
    const { reported, state } = model;
    const waiting = model.waitingRequests ?? 0;
    // A server that is well may have a model that is not.
    const isOwnTrouble = model.health !== "healthy" && mayBeAsked.has(standing.health);
    return {
      candidate: {
        backendId: backend.id,
        backendKind: backend.kind,
        modelId: model.id,
        privacy: model.privacy ?? privacy,
        health: isOwnTrouble ? model.health : standing.health,
        reason: isOwnTrouble ? model.reason : standing.reason,
        artifact: model.artifact,
        contextTokens: model.contextTokens,
        capabilities: model.capabilities,
        priority: settings.priority,
        weight: settings.weight,
        share: standing.share,
        isLoaded: state === null ? null : state === "loaded",
        load: {
          inFlight: Math.max(0, this.#options.load.of(backend.id, model.id) - waiting),
          waiting,
          capacity: model.capacity,
          reportedQueue: reported?.queue ?? null,
          reportedRunning: reported?.running ?? null,
          reportedCacheUse: reported?.cacheUse ?? null,
        },
        figures: this.#options.figures.figures(backend.id, model.id),
      },
      standing,
      path: model.path ?? (backend.nodeId == null ? [] : [backend.nodeId]),
      isDemo: model.isDemo ?? false,
      paths: backend.paths,
      nativePaths: backend.nativePaths,
    };
  }
}
