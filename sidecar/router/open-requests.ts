const keyOf = (backendId: string, modelId: string): string => `${backendId}\n${modelId}`;

/** How many requests of this node are on their way to each place, those that wait for it here included. */
export class OpenRequests {
  readonly #open = new Map<string, number>();

  /** @returns what ends it; to be called once */
  enter(backendId: string, modelId: string): () => void {
    const key = keyOf(backendId, modelId);
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    return () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    };
  }

  of(backendId: string, modelId: string): number {
    return this.#open.get(keyOf(backendId, modelId)) ?? 0;
  }

  /** Of all its models together. */
  ofBackend(backendId: string): number {
    let sum = 0;
    for (const [key, count] of this.#open) if (key.startsWith(`${backendId}\n`)) sum += count;
    return sum;
  }

  /** Each place with open requests. */
  *places(): Generator<{ readonly backendId: string; readonly modelId: string; readonly count: number }> {
    for (const [key, count] of this.#open) {
      const end = key.indexOf("\n");
      yield { backendId: key.slice(0, end), modelId: key.slice(end + 1), count };
    }
  }

  /** Places with open requests. None is left when nothing is under way. */
  get size(): number {
    return this.#open.size;
  }
}
