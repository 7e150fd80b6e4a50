/** How many requests of this node are on their way to each place, those that wait for it here included. */
export class OpenRequests {
  /** By backend, then by model; none is 0. */
  readonly #open = new Map<string, Map<string, number>>();

  /** @returns what ends it; to be called once */
  enter(backendId: string, modelId: string): () => void {
    this.#change(backendId, modelId, 1);
    return () => this.#change(backendId, modelId, -1);
  }

  of(backendId: string, modelId: string): number {
    return this.#open.get(backendId)?.get(modelId) ?? 0;
  }

  /** Of all its models together. */
  ofBackend(backendId: string): number {
    let sum = 0;
    for (const count of this.#open.get(backendId)?.values() ?? []) sum += count;
    return sum;
  }

  /** Each place with open requests. */
  *places(): Generator<{ readonly backendId: string; readonly modelId: string; readonly count: number }> {
    for (const [backendId, models] of this.#open) {
      for (const [modelId, count] of models) yield { backendId, modelId, count };
    }
  }

  /** Places with open requests. None is left when nothing is under way. */
  get size(): number {
    let size = 0;
    for (const models of this.#open.values()) size += models.size;
    return size;
  }

  #change(backendId: string, modelId: string, change: 1 | -1): void {
    let models = this.#open.get(backendId);
    if (models === undefined) {
      models = new Map();
      this.#open.set(backendId, models);
    }
    const count = (models.get(modelId) ?? 0) + change;
    if (count > 0) models.set(modelId, count);
    else models.delete(modelId);
    if (models.size === 0) this.#open.delete(backendId);
  }
}
