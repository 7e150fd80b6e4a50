import { modelsLoad } from "../../contract/rpc/models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";

export interface NamedModelLoaderOptions {
  readonly store: Pick<MeshStore, "model">;
  /** Shows that a model of this name is being loaded, and what goes wrong. */
  readonly whileLoading: (name: string, load: (signal: AbortSignal) => Promise<void>) => void;
}

/**
 * Loads the model that a person has named for ghost text, when they write: once for each node and name. Whoever unloads
 * it afterwards, or cancels the load, means it.
 */
export class NamedModelLoader {
  readonly #options: NamedModelLoaderOptions;
  readonly #asked = new WeakMap<NodeClient, Set<string>>();

  constructor(options: NamedModelLoaderOptions) {
    this.#options = options;
  }

  want(client: NodeClient, model: string): void {
    const { store, whileLoading } = this.#options;
    const found = store.model(model);
    // A server's model is the server's to load, and what the node has not told of yet comes with the next call.
    if (found === undefined || this.#asked.get(client)?.has(model) === true) return;
    this.#asked.set(client, (this.#asked.get(client) ?? new Set()).add(model));
    if (found.state !== "available" || found.problem !== null) return;
    whileLoading(found.displayName, async (signal) => void (await client.request(modelsLoad, { model }, signal)));
  }
}
