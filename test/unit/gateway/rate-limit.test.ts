import { describe, expect, it } from "vitest";
import type { MeshError } from "../../../contract/errors/mesh-error.ts";
import { estimatedTokens, RateLimiter, tokensOf } from "../../../sidecar/gateway/rate-limit.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function limiter(requestsPerMinute: number | null, tokensPerMinute: number | null = null) {
  const clock = new ManualClock();
  const limits = new RateLimiter(clock);
  const key = (id: string) => ({ id, requestsPerMinute, tokensPerMinute });
  /** Takes a request, or says which limit refused it and for how many seconds. */
  const ask = (tokens = 0, id = "a"): string => {
    try {
      limits.enter(key(id), tokens);
      return "taken";
    } catch (error) {
      const { code, params } = error as MeshError<"key_rate_limited">;
      expect(code).toBe("key_rate_limited");
      return `${params.limit} ${params.retryAfterSeconds}`;
    }
  };
  return { clock, ask, enter: (tokens: number) => limits.enter(key("a"), tokens) };
}

describe("requests a minute", () => {
  it("may come at once, and then as they become free again", () => {
    const { clock, ask } = limiter(3);
    expect([ask(), ask(), ask(), ask()]).toEqual(["taken", "taken", "taken", "requests 20"]);
    clock.advance(19_000);
    expect(ask()).toBe("requests 1");
    clock.advance(1000);
    expect([ask(), ask()]).toEqual(["taken", "requests 20"]);
  });

  it("are let in when the wait that was told is over, whatever the limit", () => {
    for (const perMinute of [1, 7, 59, 60, 61, 1000]) {
      const { clock, ask } = limiter(perMinute);
      for (let index = 0; index < perMinute; index++) expect(ask()).toBe("taken");
      const seconds = Number(/^requests (\d+)$/.exec(ask())?.[1]);
      clock.advance(seconds * 1000);
      expect(ask(), `${perMinute} a minute`).toBe("taken");
    }
  });

  it("do not gather beyond a minute's worth, and one key's do not count for another", () => {
    const { clock, ask } = limiter(2);
    clock.advance(3_600_000);
    expect([ask(), ask(), ask()]).toEqual(["taken", "taken", "requests 30"]);
    expect(ask(0, "b")).toBe("taken");
  });
});

describe("tokens a minute", () => {
  it("count as estimated until the answer has told how many there were", () => {
    const { clock, ask, enter } = limiter(null, 600);
    const settle = enter(500);
    expect(ask(200)).toBe("tokens 10");
    settle(100);
    expect(ask(500)).toBe("taken");
    clock.advance(60_000);
    enter(10)(900);
    expect(ask(10)).toBe("tokens 31");
  });

  it("of a prompt that is larger than the limit are let in once a whole minute is free", () => {
    const { clock, ask } = limiter(null, 60);
    expect(ask(1)).toBe("taken");
    expect(ask(1000)).toBe("tokens 1");
    clock.advance(1000);
    expect(ask(1000)).toBe("taken");
    expect(ask(1)).toBe("tokens 941");
  });

  it("keep a key waiting for an hour at most, whatever a server claims to have counted", () => {
    const { clock, ask, enter } = limiter(null, 60);
    enter(0)(999_999_999);
    expect(ask(1)).toBe("tokens 3601");
    clock.advance(3_601_000);
    expect(ask(1)).toBe("taken");
  });

  it("that are refused take no request away, nor the other way round", () => {
    const { ask } = limiter(2, 60);
    expect([ask(60), ask(10)]).toEqual(["taken", "tokens 10"]);
    const other = limiter(1, 60);
    expect([other.ask(10), other.ask(10)]).toEqual(["taken", "requests 60"]);
    other.clock.advance(60_000);
    expect(other.ask(60)).toBe("taken");
  });
});

it("an answer takes the tokens that were counted, else its prompt's and pieces; to count tokens takes none", () => {
  const chat = { path: "/v1/chat/completions", body: Buffer.alloc(400) } as const;
  const count = { path: "/v1/tokenize", body: Buffer.alloc(400) } as const;
  const usage = { promptTokens: 7, cachedTokens: 5, completionTokens: 3 };
  expect([estimatedTokens(chat), estimatedTokens(count)]).toEqual([100, 0]);
  expect(tokensOf(chat, { usage, pieces: 50 })).toBe(10);
  expect(tokensOf(chat, { usage: null, pieces: 50 })).toBe(150);
  expect(tokensOf(count, { usage: null, pieces: 1 })).toBe(0);
});

it("images and audio take none, whatever their files weigh", () => {
  const spoken = { path: "/v1/audio/transcriptions" as const, body: Buffer.alloc(1_000_000) };
  expect(estimatedTokens(spoken)).toBe(0);
  expect(tokensOf(spoken, { usage: null, pieces: 9 })).toBe(0);
});

it("a key without limits is never kept waiting", () => {
  const { ask } = limiter(null, null);
  for (let index = 0; index < 1000; index++) expect(ask(1_000_000)).toBe("taken");
});
