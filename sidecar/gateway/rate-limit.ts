import { MeshError } from "../../contract/errors/mesh-error.ts";
import { isComputed, isMedia } from "../../contract/openai/paths.ts";
import type { Clock } from "../platform/clock.ts";
import type { AnswerCounts, IncomingRequest } from "../router/incoming-request.ts";
import type { RateLimits } from "./principal.ts";

type Kind = "requests" | "tokens";

/** What is left at a moment, in requests or tokens; below zero after more was used than was thought. */
interface Level {
  left: number;
  at: number;
}

const minuteMs = 60_000;
/** Sums of fractions may miss a whole number by a hair. */
const rounding = 1e-9;
/** Places count tokens, and one that counts wrongly must not shut a key out for good. */
const longestDebtMinutes = 60;
/** A usual token, in bytes of JSON. */
const bytesPerToken = 4;

/** Images and audio are counted as requests alone: their bytes are no text, and their tokens are told by hardly anybody. */
const takesTokens = ({ path }: Pick<IncomingRequest, "path">): boolean => isComputed(path) && !isMedia(path);

/** About how many tokens a request takes, before anybody has counted. */
export const estimatedTokens = (request: Pick<IncomingRequest, "path" | "body">): number =>
  takesTokens(request) ? Math.ceil(request.body.length / bytesPerToken) : 0;

/** How many it took: as the place has counted, else, of a stream, about one for each piece. */
export function tokensOf(request: Pick<IncomingRequest, "path" | "body">, { usage, pieces }: AnswerCounts): number {
  if (!takesTokens(request)) return 0;
  return usage === null ? estimatedTokens(request) + pieces : usage.promptTokens + usage.completionTokens;
}

/**
 * Limits of requests and tokens per key: two buckets that hold a minute's worth, and fill evenly. Tokens are known only
 * after the answer, so that an estimate is taken first and set right later. An answer that runs is never cut off for it:
 * what it took too much, later requests wait for.
 */
export class RateLimiter {
  readonly #clock: Pick<Clock, "now">;
  /** By key and kind; only keys with a limit have an entry. */
  readonly #levels = new Map<string, Level>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Takes a request and its estimated tokens, or nothing; `settle` sets them right when it is over. @throws MeshError `key_rate_limited` */
  count(
    limits: RateLimits,
    incoming: IncomingRequest,
  ): { readonly counted: IncomingRequest; readonly settle: () => void } {
    const settle = this.enter(limits, estimatedTokens(incoming));
    let used = 0;
    const onDidAnswer: IncomingRequest["onDidAnswer"] = (answer) => {
      used = tokensOf(incoming, answer);
    };
    return { counted: { ...incoming, onDidAnswer }, settle: () => settle(used) };
  }

  /**
   * Takes a request and its estimated tokens, or nothing.
   *
   * @returns what is to be told how many tokens it took in the end
   * @throws MeshError `key_rate_limited`
   */
  enter(limits: RateLimits, estimatedTokens: number): (tokens: number) => void {
    const requests = this.#level(limits, "requests", limits.requestsPerMinute);
    const tokens = this.#level(limits, "tokens", limits.tokensPerMinute);
    check(requests, { limit: "requests", perMinute: limits.requestsPerMinute, needed: 1 });
    check(tokens, { limit: "tokens", perMinute: limits.tokensPerMinute, needed: estimatedTokens });
    if (requests !== null) requests.left -= 1;
    if (tokens !== null) tokens.left -= estimatedTokens;
    return (used) => {
      const { tokensPerMinute } = limits;
      if (tokens === null || tokensPerMinute === null) return;
      tokens.left = Math.max(tokens.left - (used - estimatedTokens), -longestDebtMinutes * tokensPerMinute);
    };
  }

  #level({ id }: RateLimits, kind: Kind, perMinute: number | null): Level | null {
    if (perMinute === null) return null;
    const now = this.#clock.now();
    const name = `${id} ${kind}`;
    const level = this.#levels.get(name) ?? { left: perMinute, at: now };
    level.left = Math.min(perMinute, level.left + ((now - level.at) * perMinute) / minuteMs);
    level.at = now;
    this.#levels.set(name, level);
    return level;
  }
}

/** What is more than a whole minute's worth is let in when the minute is whole: else it never would be. */
function check(
  level: Level | null,
  { limit, perMinute, needed }: { limit: Kind; perMinute: number | null; needed: number },
): void {
  if (level === null || perMinute === null) return;
  const missing = Math.min(needed, perMinute) - level.left;
  if (missing <= rounding * perMinute) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((missing * 60) / perMinute - rounding));
  throw new MeshError("key_rate_limited", { limit, perMinute, retryAfterSeconds });
}
