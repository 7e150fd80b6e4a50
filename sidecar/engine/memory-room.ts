import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { HostMemory } from "../resources/host-memory.ts";

/** A model that takes memory, or is about to. */
export interface Occupant {
  readonly id: string;
  /** What it holds, measured or estimated. */
  readonly bytes: number;
  /** What of this the system has not handed out yet: part of a load that runs. */
  readonly pendingBytes: number;
  /** Milliseconds of a clock. */
  readonly lastUsedAt: number;
  readonly isInUse: boolean;
}

export interface Room {
  readonly memory: HostMemory;
  /** The most that all models together may hold; null means no limit but the machine's. */
  readonly limitBytes: number | null;
  readonly occupants: readonly Occupant[];
}

export type Placement =
  | { readonly kind: "fits" }
  /** Unload this one and look again. */
  | { readonly kind: "evict"; readonly id: string }
  /** Not even without all that nobody uses; so much would be free then. */
  | { readonly kind: "tooLarge"; readonly freeBytes: number; readonly inUse: readonly string[] };

/** Kept for everything else on the machine: a twentieth of it, but at most half a gigabyte. */
const reserveBytes = (memory: HostMemory): number => Math.min(500_000_000, memory.totalBytes / 20);

/** What a further model may take, in bytes. */
export function freeBytes({ memory, limitBytes, occupants }: Room): number {
  const pending = occupants.reduce((sum, each) => sum + each.pendingBytes, 0);
  const free = memory.availableBytes - reserveBytes(memory) - pending;
  const held = occupants.reduce((sum, each) => sum + each.bytes, 0);
  return Math.max(0, Math.floor(Math.min(free, (limitBytes ?? Number.POSITIVE_INFINITY) - held)));
}

/**
 * Where a model goes that needs so many bytes: beside the others, or in the place of the one that has been unused for
 * longest. A model in use is never evicted, and none is evicted in vain.
 */
export function place(needBytes: number, room: Room): Placement {
  const free = freeBytes(room);
  if (needBytes <= free) return { kind: "fits" };
  const cleared = withoutIdle(room);
  const freeAfter = freeBytes(cleared);
  const [longestUnused] = room.occupants.filter(isIdle).sort((a, b) => a.lastUsedAt - b.lastUsedAt);
  if (needBytes <= freeAfter && longestUnused !== undefined) return { kind: "evict", id: longestUnused.id };
  return { kind: "tooLarge", freeBytes: freeAfter, inUse: cleared.occupants.map((each) => each.id) };
}

const isIdle = (occupant: Occupant): boolean => !occupant.isInUse;

/** As it would be after all that nobody uses has been unloaded. */
export function withoutIdle({ memory, limitBytes, occupants }: Room): Room {
  const released = occupants.filter(isIdle).reduce((sum, each) => sum + each.bytes - each.pendingBytes, 0);
  return {
    memory: { ...memory, availableBytes: memory.availableBytes + released },
    limitBytes,
    occupants: occupants.filter((each) => each.isInUse),
  };
}

export interface TooLarge {
  readonly model: string;
  readonly needBytes: number;
  readonly freeBytes: number;
  readonly contextTokens: number;
  readonly parallel: number;
  /** The largest context that would fit; null when none would. */
  readonly fittingContextTokens: number | null;
  readonly inUse: readonly string[];
}

/** The refusal with its numbers: which context would fit, or that none does. */
export function doesNotFit(found: TooLarge): MeshError {
  const { model, contextTokens, parallel, fittingContextTokens } = found;
  const numbers = { model, need: inGigabytes(found.needBytes), free: inGigabytes(found.freeBytes) };
  const inUse = [...found.inUse];
  if (fittingContextTokens === null) return new MeshError("model_too_large", { ...numbers, inUse });
  return new MeshError("context_too_large", { ...numbers, contextTokens, parallel, fittingContextTokens, inUse });
}

/** Two figures after the point: what people compare with their machine's memory. */
const inGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
