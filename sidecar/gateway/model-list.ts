import { type AdvertisedModel, type ModelPlace, maxHops } from "../../contract/mesh/advertised-model.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import type { ModelCapability } from "../../contract/mesh/model-capability.ts";
import { widerLabel } from "../../contract/mesh/privacy-label.ts";
import type { Backend, BackendModel } from "../backends/backend.ts";
import type { KeyPermit } from "../router/incoming-request.ts";
import { ownEngine } from "../router/place-filter.ts";
import { isReached, permittedNames } from "./permitted-models.ts";

interface Place {
  readonly backend: Backend;
  readonly model: BackendModel;
}

export interface ModelListOptions {
  /** The names that can be asked for; those that no backend has, such as aliases, are names only. */
  readonly ids: readonly string[];
  readonly backends: readonly Backend[];
  readonly nodeId: NodeId;
  /** What the client's key may ask for; null is everything. */
  readonly permit: KeyPermit | null;
  /** Whether to tell of each place; another node needs none of that. */
  readonly tellsPlaces: boolean;
}

/** One entry of the list. */
export interface ListedEntry {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** The answer to `GET /v1/models`: OpenAI's, and for other nodes what each model is and how busy it is. */
export function modelList({ ids, backends, nodeId, permit, tellsPlaces }: ModelListOptions): {
  readonly data: readonly ListedEntry[];
} {
  const places = backends
    .filter((backend) => backend.settings.isEnabled)
    .flatMap((backend) => backend.models().map((model): Place => ({ backend, model })))
    .filter(({ backend, model }) => isReached(backend, model, permit));
  // Thousands of names are looked up among thousands of places.
  const byName = Map.groupBy(places, ({ model }) => model.id);
  const data = permittedNames(ids, backends, permit).map((id) => {
    const named = byName.get(id) ?? [];
    const mesh = advertise(named);
    return {
      id,
      object: "model",
      created: 0,
      owned_by: "inference-mesh",
      ...(mesh === undefined ? {} : { mesh }),
      ...(tellsPlaces ? { places: named.map((place) => describe(place, nodeId)) } : {}),
    };
  });
  const head = { object: "list", node: nodeId };
  return { ...head, data };
}

function describe({ backend, model }: Place, nodeId: NodeId): ModelPlace {
  return {
    backend: backend.id,
    node: model.path?.at(-1) ?? backend.nodeId ?? nodeId,
    health: model.health,
    privacy: model.privacy ?? backend.privacy,
    capabilities: model.capabilities === null ? null : [...model.capabilities],
    contextTokens: model.contextTokens,
    loaded: isLoaded([model]),
  };
}

/** What several places of one name have in common. Too far away is as good as not there. */
function advertise(places: readonly Place[]): AdvertisedModel | undefined {
  const near = places.filter(({ model }) => (model.path ?? []).length < maxHops);
  const [nearest] = near.toSorted((a, b) => (a.model.path ?? []).length - (b.model.path ?? []).length);
  if (nearest === undefined) return undefined;
  const models = near.map(({ model }) => model);
  const artifacts = new Set(models.map(({ artifact }) => artifact));
  return {
    // Under one name may be several things: then it is none that can be named.
    artifact: artifacts.size === 1 ? nearest.model.artifact : null,
    contextTokens: least(models.map(({ contextTokens }) => contextTokens)),
    capabilities: askable(nearest),
    loaded: isLoaded(models),
    openRequests: sum(models.map(({ openRequests }) => openRequests)),
    waiting: sum(models.map(({ waitingRequests }) => waitingRequests)),
    capacity: sum(models.map(({ capacity }) => capacity)),
    privacy: near
      .map(({ backend, model }) => model.privacy ?? backend.privacy)
      .reduce((a, b) => widerLabel(a, b), nearest.backend.privacy),
    path: [...(nearest.model.path ?? [])],
  };
}

/**
 * What can be asked of it. This node's engine holds the answer of any model that chats to the form of a call, and embeds with
 * any, whatever the model was made for: another node would refuse such requests otherwise.
 */
function askable({ backend, model: { capabilities } }: Place): ModelCapability[] | null {
  if (capabilities === null || backend.kind !== ownEngine) return capabilities === null ? null : [...capabilities];
  const forced: ModelCapability[] = capabilities.includes("chat") ? ["tools", "embeddings"] : ["embeddings"];
  return [...new Set([...capabilities, ...forced])];
}

function isLoaded(models: readonly BackendModel[]): boolean | null {
  const states = models.map(({ state }) => state).filter((state) => state !== null);
  return states.length === 0 ? null : states.includes("loaded");
}

/** Null where nobody says; those that say nothing count for nothing. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}
