import type { Gpu } from "../../contract/mesh/hardware.ts";
import type { ModelEstimate } from "../../contract/mesh/model-estimate.ts";
import type { Log } from "../platform/log.ts";
import { type ByteAmount, bytesOf } from "../registry/byte-amount.ts";
import type { HostMemory } from "../resources/host-memory.ts";
import type { GgufHeader } from "./gguf-header.ts";
import { estimateMemory, largestContext, type MemoryEstimate, type MemoryPlan } from "./memory-estimate.ts";
import { doesNotFit, freeBytes, type Occupant, type Placement, place, type Room, withoutIdle } from "./memory-room.ts";
import type { ModelEngine } from "./model-engine.ts";

/** A model and how it would be loaded. */
export interface Candidate {
  readonly id: string;
  readonly header: GgufHeader;
  readonly plan: MemoryPlan;
  /** GPUs by the driver's numbers (null means all), and what it may take of them; null keeps it in main memory. */
  readonly gpu: { readonly devices: readonly number[] | null; readonly budgetBytes: number | null } | null;
}

/** A model with an engine of its own, running or not. */
export interface Resident {
  readonly candidate: Candidate;
  readonly engine: ModelEngine;
}

export interface EngineRoomOptions {
  readonly limit: ByteAmount | undefined;
  readonly checkFit: boolean;
  readonly readMemory: () => HostMemory;
  /** The GPUs that engines use; none where they use none. */
  readonly readGpus: () => Promise<readonly Gpu[]>;
  readonly residents: () => Iterable<Resident>;
  readonly log: Log;
}

/** How a load would go now. */
export interface FitReport {
  readonly estimate: MemoryEstimate;
  /** What of the estimate would lie in GPUs. */
  readonly gpuBytes: number;
  /** Main memory that it could have, idle models not counted. */
  readonly freeBytes: number;
  readonly placement: Placement;
  /** The largest context that fits once idle models are gone, in tokens; null when none does. */
  readonly largestContextTokens: number | null;
}

/** Decides which models are in memory together. */
export class EngineRoom {
  readonly #options: EngineRoomOptions;
  /** Models whose load may have begun: others that load are still waiting for their turn here. */
  readonly #admitted = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EngineRoomOptions) {
    this.#options = options;
  }

  /**
   * Makes sure that a model fits before its process is started, and unloads what has been unused for longest where that
   * helps. One after another, in the order of the loads: two that look at the same time would both see the same memory.
   *
   * @throws MeshError `model_too_large`, `context_too_large`, or the signal's reason
   */
  async make(candidate: Candidate, signal: AbortSignal): Promise<void> {
    if (!this.#options.checkFit && this.#options.limit === undefined) return;
    const turn = this.#last.then(() => this.#make(candidate, signal));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  /** Looks, and changes nothing. */
  async report(candidate: Candidate): Promise<FitReport> {
    const { id, header, plan } = candidate;
    const estimate = estimateMemory(header, plan);
    const gpuBytes = Math.min(await this.#gpuFreeBytes(candidate), estimate.totalBytes - estimate.processBytes);
    const room = this.#room(id);
    const placement = place(estimate.totalBytes - gpuBytes, room);
    const everything = freeBytes(withoutIdle(room));
    return {
      estimate,
      gpuBytes,
      freeBytes: freeBytes(room),
      placement,
      largestContextTokens: largestContext(header, plan, everything + gpuBytes),
    };
  }

  async #gpuFreeBytes({ gpu }: Candidate): Promise<number> {
    if (gpu === null) return 0;
    const all = await this.#options.readGpus();
    const usable = all.filter((_, index) => gpu.devices?.includes(index) ?? true);
    const free = usable.reduce(
      (sum, each) => sum + Math.max(0, (each.memoryTotalBytes ?? 0) - (each.memoryUsedBytes ?? 0)),
      0,
    );
    return Math.min(free, gpu.budgetBytes ?? free);
  }

  async #make(candidate: Candidate, signal: AbortSignal): Promise<void> {
    this.#admitted.delete(candidate.id);
    for (;;) {
      signal.throwIfAborted();
      const { estimate, gpuBytes, placement, largestContextTokens } = await this.report(candidate);
      if (placement.kind === "fits") {
        this.#admitted.add(candidate.id);
        return;
      }
      if (placement.kind === "evict") {
        const resident = [...this.#options.residents()].find((each) => each.candidate.id === placement.id);
        // False when somebody has asked for it meanwhile: then another one goes, or none.
        await resident?.engine.unloadIfIdle("makesRoom");
        continue;
      }
      const { contextTokens, parallel } = candidate.plan;
      this.#options.log.warn("model.doesNotFit", { model: candidate.id, needBytes: estimate.totalBytes });
      throw doesNotFit({
        model: candidate.id,
        needBytes: estimate.totalBytes - gpuBytes,
        freeBytes: placement.freeBytes,
        contextTokens,
        parallel,
        fittingContextTokens: largestContextTokens,
        inUse: placement.inUse,
      });
    }
  }

  /** As it is without the candidate, which does not stand in its own way. */
  #room(candidateId: string): Room {
    const { limit, checkFit, readMemory, residents } = this.#options;
    const machine = readMemory();
    const memory = checkFit ? machine : { ...machine, availableBytes: Number.POSITIVE_INFINITY };
    const others = [...residents()]
      .filter(
        ({ candidate: { id }, engine }) => id !== candidateId && (engine.state !== "loading" || this.#admitted.has(id)),
      )
      .flatMap(occupantOf);
    return { memory, limitBytes: limit === undefined ? null : bytesOf(limit, memory.totalBytes), occupants: others };
  }
}

function occupantOf({ candidate, engine }: Resident): Occupant[] {
  if (engine.state !== "loaded" && engine.state !== "loading" && engine.state !== "unloading") return [];
  const estimated = estimateMemory(candidate.header, candidate.plan).totalBytes;
  // While the weights are read, the share that is still missing; later, the buffers that no answer has touched yet.
  const held = engine.residentBytes ?? estimated * (engine.progress ?? (engine.state === "loading" ? 0 : 1));
  const bytes = Math.max(estimated, held);
  const { lastUsedAt, isInUse } = engine;
  return [{ id: candidate.id, bytes, pendingBytes: bytes - held, lastUsedAt, isInUse }];
}

/** The report in the contract's words. */
export function describeFit({ plan }: Candidate, report: FitReport): ModelEstimate {
  const verdicts = { fits: "fits", evict: "fitsAfterUnloading", tooLarge: "tooLarge" } as const;
  return {
    ...report.estimate,
    contextTokens: plan.contextTokens,
    parallel: plan.parallel,
    gpuBytes: report.gpuBytes,
    freeBytes: report.freeBytes,
    verdict: verdicts[report.placement.kind],
    largestContextTokens: report.largestContextTokens,
  };
}
