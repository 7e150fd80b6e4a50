import type { NativeContext } from "../../sidecar/engine/child/native-context.ts";

/** What one sequence contributed to a batch. */
export interface StandInItem {
  readonly id: number;
  readonly position: number;
  readonly tokens: readonly number[];
  readonly hasOutput: boolean;
}

/**
 * A stand-in for the compiled context: it notes what it is asked to evaluate. A batch takes until `finish` is called,
 * or one turn of the event loop when `isPatient` is false.
 */
export class StandInContext implements NativeContext {
  readonly batches: StandInItem[][] = [];
  readonly cleared: number[] = [];
  /** Per sequence, the tokens in memory, as the calls have put them there. */
  readonly memory = new Map<number, number[]>();
  /** Waits for `finish` after each batch. */
  isPatient = false;
  /** Called with the number of each batch, from 0; what it throws is the batch's failure. */
  beforeBatch: (index: number) => void = () => undefined;
  /** What models with a memory that cannot go back answer. */
  canForgetParts = true;
  #finish: (() => void) | undefined;
  #onBatch: (() => void) | undefined;

  initBatch(): void {
    if (this.#finish !== undefined) throw new Error("called while a batch runs");
    this.batches.push([]);
  }

  addToBatch(id: number, position: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array {
    const held = this.memory.get(id) ?? [];
    if (held.length !== position) throw new Error(`sequence ${id} holds ${held.length} tokens, not ${position}`);
    this.memory.set(id, [...held, ...tokens]);
    const batch = this.batches.at(-1) ?? [];
    batch.push({ id, position, tokens: [...tokens], hasOutput: outputs.length > 0 });
    return Uint32Array.from(outputs, () => id);
  }

  async decodeBatch(): Promise<void> {
    const index = this.batches.length - 1;
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      if (!this.isPatient) setImmediate(() => this.finish());
      this.#onBatch?.();
      this.#onBatch = undefined;
    });
    this.beforeBatch(index);
  }

  /** Ends the running batch. */
  finish(): void {
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.();
  }

  /** Resolves when the next batch has begun. */
  nextBatch(): Promise<void> {
    return new Promise((resolve) => {
      this.#onBatch = resolve;
    });
  }

  sampleToken(): never {
    throw new Error("stand-in samplers do not ask the context");
  }

  removeTokenCellsFromSequence(id: number, start: number): boolean {
    if (this.#finish !== undefined) throw new Error("called while a batch runs");
    if (!this.canForgetParts) return false;
    this.memory.set(id, (this.memory.get(id) ?? []).slice(0, start));
    return true;
  }

  disposeSequence(id: number): void {
    if (this.#finish !== undefined) throw new Error("called while a batch runs");
    this.cleared.push(id);
    this.memory.set(id, []);
  }

  getSequenceKvCacheMinPosition(): number {
    return 0;
  }
}
