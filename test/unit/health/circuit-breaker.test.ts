import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Permit } from "../../../sidecar/health/breaker-permit.ts";
import { CircuitBreaker } from "../../../sidecar/health/circuit-breaker.ts";
import { ManualClock } from "../../support/manual-clock.ts";

let clock: ManualClock;
let random: number;
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = new ManualClock();
  // In the middle of the jitter: back-offs are exactly as long as they are meant.
  random = 0.5;
  breaker = new CircuitBreaker(clock, () => random);
});

function begin(): Permit {
  const permit = breaker.begin();
  if (permit === null) throw new Error("the breaker lets nothing through");
  return permit;
}
const fail = (times = 1): void => {
  for (let time = 0; time < times; time++) begin().failed();
};
const succeed = (times = 1): void => {
  for (let time = 0; time < times; time++) begin().succeeded();
};
/** From closed to half-open. */
function recoverFromFailures(): void {
  fail(5);
  clock.advance(breaker.retryAfterMs);
}

describe("a closed breaker", () => {
  it("lets any number of requests through", () => {
    for (let request = 0; request < 100; request++) expect(begin().isTrial).toBe(false);
    expect(breaker.retryAfterMs).toBe(0);
  });

  it("opens at the fifth failure in a row", () => {
    fail(4);
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
    expect(breaker.begin()).toBeNull();
  });

  it("counts anew after a success", () => {
    fail(4);
    succeed();
    fail(4);
    expect(breaker.state).toBe("closed");
  });

  it("opens when half of at least ten requests failed within 30 seconds", () => {
    for (let pair = 0; pair < 4; pair++) {
      succeed();
      fail();
    }
    succeed();
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  it("stays closed when fewer than half fail", () => {
    for (let round = 0; round < 50; round++) {
      succeed(2);
      fail();
    }
    expect(breaker.state).toBe("closed");
  });

  it("forgets what is older than 30 seconds", () => {
    for (let pair = 0; pair < 4; pair++) {
      succeed();
      fail();
    }
    clock.advance(30_000);
    expect(breaker.recent).toEqual({ failures: 0, total: 0 });
    succeed();
    fail();
    expect(breaker.state).toBe("closed");
  });

  it("counts nothing that is not the backend's fault", () => {
    fail(4);
    for (let request = 0; request < 100; request++) begin().abandoned();
    expect(breaker.recent).toEqual({ failures: 4, total: 4 });
    expect(breaker.state).toBe("closed");
    fail();
    expect(breaker.state).toBe("open");
  });

  it("opens when five answers in a row break off", () => {
    for (let answer = 0; answer < 5; answer++) {
      expect(breaker.state).toBe("closed");
      const permit = begin();
      permit.succeeded();
      permit.brokeOff();
    }
    expect(breaker.state).toBe("open");
  });

  it("does not add up breaks with whole answers between them", () => {
    for (let answer = 0; answer < 20; answer++) {
      const broken = begin();
      broken.succeeded();
      broken.brokeOff();
      for (let each = 0; each < 2; each++) {
        const whole = begin();
        whole.succeeded();
        whole.completed();
      }
    }
    expect(breaker.state).toBe("closed");
  });

  it("counts an answer that broke off as one request, which failed", () => {
    const permit = begin();
    permit.succeeded();
    permit.brokeOff();
    expect(breaker.recent).toEqual({ failures: 1, total: 1 });
  });

  it("hears each request's end once", () => {
    const permit = begin();
    for (let call = 0; call < 10; call++) permit.failed();
    permit.succeeded();
    permit.brokeOff();
    expect(breaker.recent).toEqual({ failures: 1, total: 1 });
  });
});

describe("an open breaker", () => {
  it("waits ten seconds, then lets a trial through", () => {
    fail(5);
    expect(breaker.retryAfterMs).toBe(10_000);
    clock.advance(9999);
    expect(breaker.begin()).toBeNull();
    clock.advance(1);
    expect(breaker.state).toBe("half-open");
    expect(begin().isTrial).toBe(true);
  });

  it("doubles the wait with each trial that fails, up to five minutes", () => {
    const waits: number[] = [];
    fail(5);
    for (let trial = 0; trial < 8; trial++) {
      waits.push(breaker.retryAfterMs / 1000);
      clock.advance(breaker.retryAfterMs);
      fail();
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it("begins with ten seconds again after a recovery that lasted", () => {
    recoverFromFailures();
    fail();
    clock.advance(breaker.retryAfterMs);
    succeed(2);
    clock.advance(30_000);
    fail(5);
    expect(breaker.retryAfterMs).toBe(10_000);
  });

  it("goes on doubling when the recovery did not last", () => {
    recoverFromFailures();
    succeed(2);
    clock.advance(29_000);
    fail(5);
    expect(breaker.retryAfterMs).toBe(20_000);
  });

  it("spreads the waits by a fifth, and never beyond five minutes", () => {
    random = 0;
    fail(5);
    expect(breaker.retryAfterMs).toBeCloseTo(8000);
    random = 0.999999;
    for (let trial = 0; trial < 8; trial++) {
      clock.advance(breaker.retryAfterMs);
      fail();
    }
    expect(breaker.retryAfterMs).toBe(300_000);
  });

  it("ignores what becomes of requests from before it opened", () => {
    const early = Array.from({ length: 20 }, begin);
    const answering = begin();
    answering.succeeded();
    fail(5);
    clock.advance(5000);
    for (const permit of early.slice(0, 10)) permit.failed();
    answering.brokeOff();
    expect(breaker.retryAfterMs).toBe(5000);
    clock.advance(5000);
    for (const permit of early.slice(10)) permit.failed();
    expect(breaker.state).toBe("half-open");
  });

  it("can be told that there is reason for a trial", () => {
    fail(5);
    breaker.admitTrial();
    expect(breaker.state).toBe("half-open");
  });

  it("waits anew while it is told that nothing has changed", () => {
    fail(5);
    clock.advance(9000);
    breaker.trip();
    expect(breaker.retryAfterMs).toBe(10_000);
  });

  it("lets a request through that is forced, and believes its answer", () => {
    fail(5);
    const forced = breaker.begin(true);
    expect(forced?.isTrial).toBe(false);
    forced?.succeeded();
    expect(breaker.state).toBe("half-open");
    succeed();
    expect(breaker.state).toBe("closed");
  });

  it("does not wait longer because a forced request failed", () => {
    fail(5);
    clock.advance(4000);
    breaker.begin(true)?.failed();
    expect(breaker.retryAfterMs).toBe(6000);
  });
});

describe("a half-open breaker", () => {
  beforeEach(recoverFromFailures);

  it("lets one request through at a time", () => {
    const trial = begin();
    expect(breaker.begin()).toBeNull();
    expect(breaker.hasTrial).toBe(true);
    trial.succeeded();
    expect(begin().isTrial).toBe(true);
  });

  it("closes after two successes", () => {
    succeed();
    expect(breaker.state).toBe("half-open");
    succeed();
    expect(breaker.state).toBe("closed");
    expect(breaker.closedAt).toBe(clock.now());
  });

  it("opens again at the first failure", () => {
    succeed();
    fail();
    expect(breaker.state).toBe("open");
    clock.advance(breaker.retryAfterMs);
    succeed();
    expect(breaker.state).toBe("half-open");
  });

  it("opens again when the trial's answer breaks off", () => {
    const trial = begin();
    trial.succeeded();
    trial.brokeOff();
    expect(breaker.state).toBe("open");
  });

  it("takes the next trial when one has ended without saying anything", () => {
    begin().abandoned();
    expect(breaker.state).toBe("half-open");
    succeed(2);
    expect(breaker.state).toBe("closed");
  });

  it("sends no second trial to a backend that still hangs on the first", () => {
    const hanging = begin();
    breaker.trip();
    clock.advance(breaker.retryAfterMs);
    expect(breaker.state).toBe("half-open");
    expect(breaker.begin()).toBeNull();
    hanging.failed();
    expect(breaker.state).toBe("half-open");
    expect(begin().isTrial).toBe(true);
  });

  it("starts with no failures after it has closed", () => {
    succeed(2);
    fail(4);
    expect(breaker.state).toBe("closed");
  });
});

describe("whatever happens", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("begin" as const), isForced: fc.boolean() }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom("succeeded", "brokeOff", "completed", "failed", "abandoned"),
        which: fc.nat(1000),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(60_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("trip", "admitTrial", "close", "reset") }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  it("sends one trial at a time, counts nothing below zero, and always lets one through in the end", () => {
    const run = fc.property(fc.array(step, { maxLength: 200 }), fc.nat(999), (steps: Step[], seed) => {
      const time = new ManualClock();
      const subject = new CircuitBreaker(time, () => seed / 1000);
      const open: { permit: Permit; isWaiting: boolean }[] = [];
      for (const each of steps) {
        if (each.do === "wait") time.advance(each.ms);
        else if (each.do === "begin") {
          const { state } = subject;
          const permit = subject.begin(each.isForced);
          if (permit !== null) open.push({ permit, isWaiting: true });
          if (!each.isForced && state === "open") expect(permit).toBeNull();
        } else if ("which" in each && open.length > 0) {
          const chosen = open[each.which % open.length];
          if (chosen === undefined) continue;
          chosen.permit[each.do]();
          if (each.do === "succeeded" || each.do === "failed" || each.do === "abandoned") chosen.isWaiting = false;
        } else if (each.do === "trip" || each.do === "admitTrial" || each.do === "close" || each.do === "reset") {
          subject[each.do]();
        }
        const trials = open.filter(({ permit, isWaiting }) => permit.isTrial && isWaiting).length;
        expect(trials).toBeLessThanOrEqual(1);
        expect(subject.hasTrial).toBe(trials === 1);
        const { failures, total } = subject.recent;
        expect(failures).toBeGreaterThanOrEqual(0);
        expect(total).toBeGreaterThanOrEqual(failures);
        expect(subject.retryAfterMs).toBeGreaterThanOrEqual(0);
        expect(subject.retryAfterMs).toBeLessThanOrEqual(300_000);
        expect(subject.retryAfterMs > 0).toBe(subject.state === "open");
      }
      time.advance(300_000);
      expect(subject.state).not.toBe("open");
      for (const { permit } of open) permit.abandoned();
      for (let trial = 0; trial < 2; trial++) subject.begin()?.succeeded();
      expect(subject.state).toBe("closed");
    });
    fc.assert(run, { numRuns: 500 });
  });
});
