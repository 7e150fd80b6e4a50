import type { Health } from "../../contract/mesh/health.ts";
import type { Rejection } from "../../contract/mesh/routing.ts";
import type { BreakerState } from "./circuit-breaker.ts";
import type { Standing } from "./standing.ts";

/** Failed requests of the last 30 seconds, as a share of all, from which a backend counts as degraded. */
const degradedShare = 0.1;

/** Everything that a backend's standing is made of. */
export interface StandingFacts {
  readonly isEnabled: boolean;
  readonly isDraining: boolean;
  readonly isLoading: boolean;
  readonly breaker: BreakerState;
  /** Half-open's only trial is under way. */
  readonly hasTrial: boolean;
  /** Until the breaker lets a trial through, in milliseconds. */
  readonly openMs: number;
  /** Probes have shown that it is gone, not requests. */
  readonly isEjectedByProbe: boolean;
  /** Since it was ejected, a probe has shown that it is back. */
  readonly isBack: boolean;
  /** For how long it wants to be left alone, in milliseconds. */
  readonly busyMs: number;
  readonly lastFailure: string | null;
  readonly hasFailedProbe: boolean;
  readonly isSlow: boolean;
  /** Requests of the last 30 seconds. */
  readonly recent: { readonly failures: number; readonly total: number };
  /** A request would have succeeded, as last seen. */
  readonly isProven: boolean;
  /** What the backend says of itself, where it is not probed. */
  readonly own: Mood | null;
}

interface Mood {
  readonly health: Health;
  readonly reason: string | null;
}

export type Verdict = Pick<Standing, "health" | "reason" | "rejection" | "retryAfterMs">;

/** Whether two say the same to those who listen: what passes with time alone is left out. */
export const isSameVerdict = (a: Verdict, b: Verdict): boolean =>
  a.health === b.health && a.reason === b.reason && a.rejection === b.rejection;

/** How a backend stands: what a person has set comes first, then what keeps requests away, then what they would meet. */
export function judgeStanding(facts: StandingFacts): Verdict {
  const never = { retryAfterMs: null };
  if (!facts.isEnabled) return { health: "disabled", reason: "turned off", rejection: "disabled", ...never };
  if (facts.isDraining) return { health: "draining", reason: "gets nothing new", rejection: "draining", ...never };
  if (facts.isLoading) return { health: "loading", reason: "still loading", rejection: "loading", ...never };
  const { busyMs, openMs } = facts;
  if (facts.breaker === "open") {
    const rejection = facts.isEjectedByProbe ? "unhealthy" : "circuit-open";
    return { health: "unhealthy", reason: facts.lastFailure, rejection, retryAfterMs: Math.max(openMs, busyMs) };
  }
  const { health, reason } = moodOf(facts);
  return { health, reason, rejection: rejectionOf(facts), retryAfterMs: busyMs > 0 ? busyMs : null };
}

function moodOf(facts: StandingFacts): Mood {
  const { own, recent } = facts;
  if (facts.breaker === "half-open") {
    if (!facts.isBack) return { health: "unhealthy", reason: facts.lastFailure };
    return degraded(`is back, and has to prove it; before: ${facts.lastFailure ?? "unknown"}`);
  }
  if (own !== null && own.health !== "healthy") return own;
  if (facts.busyMs > 0) return degraded("wants to be left alone for a while");
  if (facts.hasFailedProbe) return degraded(facts.lastFailure);
  if (recent.failures > 0 && recent.failures >= degradedShare * recent.total) {
    return degraded(`${recent.failures} of ${recent.total} requests failed lately; the last: ${facts.lastFailure}`);
  }
  if (facts.isSlow) return degraded("answers slowly");
  return { health: own !== null || facts.isProven ? "healthy" : "unknown", reason: null };
}

const degraded = (reason: string | null): Mood => ({ health: "degraded", reason });

function rejectionOf({ busyMs, breaker, hasTrial, own }: StandingFacts): Rejection | null {
  if (busyMs > 0) return "told-to-wait";
  if (breaker === "half-open" && hasTrial) return "circuit-open";
  switch (own?.health) {
    case "unhealthy":
    case "loading":
    case "draining":
    case "disabled":
      return own.health;
    default:
      return null;
  }
}
