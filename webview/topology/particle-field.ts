import type { Flow } from "../../contract/webview/mesh.ts";
import { type Curve, pointOn } from "./edge-curve.ts";

/** How many may be on their way at the same time: more would show no more. */
export const maxParticles = 1_500;
/** How many of one edge may start within a batch. */
const maxPerBatch = 24;
const travelMs = { fastest: 450, slowest: 4_000, unknown: 1_200 };
/** A path glows for so long after its last request. */
const glowMs = 1_600;

/** Where a particle is drawn. */
export interface Drawn {
  x: number;
  y: number;
  isError: boolean;
}

interface Particle {
  readonly edge: string;
  readonly startsAt: number;
  readonly travelMs: number;
  readonly isError: boolean;
}

/**
 * The requests on their way: one particle for each real one, as far as that can be told apart. Pure; the time comes in. How dense they
 * are is the rate, how fast the latency, their shape whether it failed.
 */
export class ParticleField {
  #particles: Particle[] = [];
  readonly #glows = new Map<string, number>();

  /** Counts in requests that have passed within a window that ends now. They are spread over the next one. */
  add(flows: readonly Flow[], { now, windowMs }: { readonly now: number; readonly windowMs: number }): void {
    for (const { edge, requests, errors, latencyMs } of flows) {
      if (requests === 0) continue;
      this.#glows.set(edge, now + windowMs + glowMs);
      const count = Math.min(requests, maxPerBatch, maxParticles - this.#particles.length);
      // Of a sample as many fail as of the whole; one failure is never lost.
      const failing = errors === 0 ? 0 : Math.max(1, Math.round((errors / requests) * count));
      for (let index = 0; index < count; index++) {
        this.#particles.push({
          edge,
          startsAt: now + (index * windowMs) / count,
          travelMs: travelTime(latencyMs),
          isError: index < failing,
        });
      }
    }
  }

  /** Moves to an instant and says what is where; `undefined` curves are of edges that are not shown. */
  at(now: number, curveOf: (edge: string) => Curve | undefined): Drawn[] {
    this.#particles = this.#particles.filter(({ startsAt, travelMs }) => now < startsAt + travelMs);
    const drawn: Drawn[] = [];
    for (const { edge, startsAt, travelMs, isError } of this.#particles) {
      if (now < startsAt) continue;
      const curve = curveOf(edge);
      if (curve === undefined) continue;
      const { x, y } = pointOn(curve, (now - startsAt) / travelMs);
      drawn.push({ x, y, isError });
    }
    return drawn;
  }

  /** Edges whose path glows. */
  glowing(now: number): Set<string> {
    for (const [edge, until] of this.#glows) if (until <= now) this.#glows.delete(edge);
    return new Set(this.#glows.keys());
  }

  /** When the next glow ends; undefined without one. */
  get nextGlowEnd(): number | undefined {
    return this.#glows.size === 0 ? undefined : Math.min(...this.#glows.values());
  }

  get isMoving(): boolean {
    return this.#particles.length > 0;
  }

  /** Takes all particles away; paths glow on. */
  clear(): void {
    this.#particles = [];
  }
}

/** A quick place's requests rush, a slow one's crawl; beyond both ends no more can be seen. */
const travelTime = (latencyMs: number | null): number =>
  latencyMs === null ? travelMs.unknown : Math.min(travelMs.slowest, Math.max(travelMs.fastest, latencyMs * 4));
