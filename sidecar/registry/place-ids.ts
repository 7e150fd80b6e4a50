import type { NodeId } from "../../contract/mesh/ids.ts";
import { backendTopologyId, modelTopologyId } from "./topology-ids.ts";

/** What a place and its backend are called in the topology. */
export interface PlaceId {
  readonly model: string;
  readonly backend: string;
}

/** The names of places in the topology, made once each: every request asks for them, and to spell one out takes a microsecond. */
export class PlaceIds {
  readonly #nodeId: NodeId;
  readonly #max: number;
  readonly #ids = new Map<string, Map<string, PlaceId>>();
  #count = 0;

  /** Of more places than `max`, all are forgotten and made anew. */
  constructor(nodeId: NodeId, max: number) {
    this.#nodeId = nodeId;
    this.#max = max;
  }

  of(backend: string, model: string): PlaceId {
    return this.#ids.get(backend)?.get(model) ?? this.#add(backend, model);
  }

  #add(backend: string, model: string): PlaceId {
    if (this.#count >= this.#max) {
      this.#ids.clear();
      this.#count = 0;
    }
    const models = this.#ids.get(backend) ?? new Map<string, PlaceId>();
    this.#ids.set(backend, models);
    const id = {
      model: modelTopologyId(this.#nodeId, backend, model),
      backend: backendTopologyId(this.#nodeId, backend),
    };
    models.set(model, id);
    this.#count++;
    return id;
  }
}
