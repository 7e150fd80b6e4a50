import type { Candidate } from "../candidate.ts";
import { leastConnections } from "./least-connections.ts";
import { capacityOf, openRequests, openWords, weightOf } from "./place-load.ts";
import { byScore, placeKey } from "./place-order.ts";
import type { RankContext, Strategy } from "./strategy.ts";

/** How far above the average a place may be before a conversation goes elsewhere. */
const boundFactor = 1.25;
/** From this share of the prompt on, what a place has read before counts for more than where the conversation belongs. */
const warmEnough = 0.5;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016), on weighted rendezvous hashing (Thaler,
 * Ravishankar 1998) in place of a ring: a place that comes or goes moves its own conversations only, and weights need no
 * points on a circle.
 */
export const prefixAffinity: Strategy = {
  id: "prefix-affinity",
  label: "Prefix affinity",
  description: "A conversation stays where its beginning has been read, unless that place has too much to do.",
  rank(candidates, context) {
    const key = context.conversationKey;
    if (key === null) return leastConnections.rank(candidates, context);
    const bound = boundsOf(candidates);
    const byHome = byScore(candidates, 0, (each) => distance(key, each));
    const rows = byHome.map((candidate, index): Row => {
      const limit = bound(candidate);
      const isOver = openRequests(candidate) >= limit;
      return {
        candidate,
        isHome: index === 0,
        isLast: weightOf(candidate) === 0,
        isOver,
        limit,
        warm: warmth(candidate, context),
      };
    });
    // The sort is stable: among equals, whoever the conversation belongs to comes first.
    rows.sort((a, b) => Number(a.isLast) - Number(b.isLast) || Number(a.isOver) - Number(b.isOver) || b.warm - a.warm);
    return rows.map((row) => ({ candidate: row.candidate, because: because(row), estimateMs: null }));
  },
};

interface Row {
  readonly candidate: Candidate;
  /** The hash has led here. */
  readonly isHome: boolean;
  readonly isLast: boolean;
  readonly isOver: boolean;
  readonly limit: number;
  /** Share of the prompt that it has read. */
  readonly warm: number;
}

function because({ candidate, isHome, isOver, limit, warm }: Row): string {
  const read = warm > 0 ? `has read ${Math.round(100 * warm)} % of the prompt, ` : "";
  const home = isHome ? "the conversation belongs there, " : "";
  return `${read}${home}${openWords(candidate)}${isOver ? `, more than its bound of ${limit}` : ""}`;
}

/** What a place has read, where that is enough to go there for it. */
function warmth(candidate: Candidate, context: RankContext): number {
  const share = context.warmShare(candidate);
  return share >= warmEnough ? Math.min(1, share) : 0;
}

/**
 * Open requests from which on a place gets no further conversation: its part of all of them, and a quarter more. Two are
 * no reason to read a prompt anew elsewhere, where a place answers two at once.
 */
function boundsOf(candidates: readonly Candidate[]): (candidate: Candidate) => number {
  const open = candidates.reduce((sum, each) => sum + openRequests(each), 0) + 1;
  const weights = candidates.reduce((sum, each) => sum + weightOf(each), 0);
  return (candidate) =>
    Math.max(
      Math.min(2, capacityOf(candidate)),
      Math.ceil((boundFactor * open * weightOf(candidate)) / (weights || 1)),
    );
}

/** Exponentially distributed with the weight as its rate, and always the same for a conversation and a place. */
function distance(key: string, candidate: Candidate): number {
  return -Math.log(unitHash(`${key}\n${placeKey(candidate)}`)) / weightOf(candidate);
}

/** FNV-1a with the finishing steps of MurmurHash3: 0 to 1, exclusive. */
function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
