import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Priority, type Waiting, WaitingLine } from "../../../sidecar/resources/waiting-line.ts";

interface Named extends Waiting {
  readonly name: string;
}

const ageingMs = 1000;
const waiting = (name: string, client = "a", priority: Priority = "interactive", arrivedAt = 0): Named => ({
  name,
  client,
  priority,
  arrivedAt,
});

function lineOf(...all: Named[]): WaitingLine<Named> {
  const line = new WaitingLine<Named>(ageingMs);
  for (const each of all) line.add(each);
  return line;
}
const names = (all: readonly Named[]): string => all.map((each) => each.name).join(" ");

describe("the order of a line", () => {
  it("is the order of arrival for one client", () => {
    expect(names(lineOf(waiting("1"), waiting("2"), waiting("3")).order(0))).toBe("1 2 3");
  });

  it("puts whoever a person waits for before what runs in the background", () => {
    const line = lineOf(waiting("b1", "a", "background"), waiting("i1"), waiting("b2", "a", "background"));
    expect(names(line.order(0))).toBe("i1 b1 b2");
  });

  it("lets clients take turns, so that one with many requests does not keep another waiting", () => {
    const many = Array.from({ length: 5 }, (_, index) => waiting(`a${index}`, "a"));
    const line = lineOf(...many, waiting("b0", "b"), waiting("b1", "b"));
    expect(names(line.order(0))).toBe("a0 b0 a1 b1 a2 a3 a4");
  });

  it("gives a client that comes late no more turns than the others get from then on", () => {
    const line = lineOf(...Array.from({ length: 6 }, (_, index) => waiting(`a${index}`, "a")));
    for (let called = 0; called < 3; called++) line.next(0);
    for (let index = 0; index < 3; index++) line.add(waiting(`b${index}`, "b"));
    expect(names(line.order(0))).toBe("b0 a3 b1 a4 b2 a5");
  });

  it("gives an aged background request every fourth turn", () => {
    const old = [0, 1].map((index) => waiting(`b${index}`, "b", "background"));
    const line = lineOf(...old, ...Array.from({ length: 7 }, (_, index) => waiting(`i${index}`, "a")));
    expect(names(line.order(ageingMs - 1))).toBe("i0 i1 i2 i3 i4 i5 i6 b0 b1");
    expect(names(line.order(ageingMs))).toBe("i0 i1 i2 b0 i3 i4 i5 b1 i6");
  });
});

describe("whatever comes and goes", () => {
  const arrival = fc.record({
    client: fc.constantFrom("a", "b", "c"),
    priority: fc.constantFrom<Priority>("interactive", "background"),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), arrival }),
    fc.record({ kind: fc.constant("next" as const), after: fc.nat({ max: 400 }) }),
    fc.record({ kind: fc.constant("leave" as const), index: fc.nat({ max: 20 }) }),
  );

  it("nobody is lost and nobody is called twice, and the order told is the order kept", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const line = new WaitingLine<Named>(ageingMs);
        const present = new Set<Named>();
        let now = 0;
        for (const [index, each] of steps.entries()) {
          if (each.kind === "add") {
            const one = waiting(`${index}`, each.arrival.client, each.arrival.priority, now);
            line.add(one);
            present.add(one);
          } else if (each.kind === "next") {
            now += each.after;
            const [foretold] = line.order(now);
            const called = line.next(now);
            expect(called).toBe(foretold);
            if (called !== undefined) expect(present.delete(called)).toBe(true);
          } else {
            const one = [...present][each.index];
            if (one !== undefined) expect(line.remove(one)).toBe(present.delete(one));
          }
          expect(new Set(line.order(now))).toEqual(present);
          expect(line.length).toBe(present.size);
        }
      }),
    );
  });

  it("requests of one client and priority keep their order", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 60 }), fc.nat({ max: 2000 }), (arrivals, now) => {
        const line = new WaitingLine<Named>(ageingMs);
        for (const [index, { client, priority }] of arrivals.entries()) {
          line.add(waiting(`${index}`, client, priority, index));
        }
        for (const client of ["a", "b", "c"]) {
          // Ages differ by arrival, and whoever is aged may overtake one who is not; among interactive ones nobody does.
          const own = line.order(now).filter((each) => each.client === client && each.priority === "interactive");
          expect(own.map((each) => Number(each.name))).toEqual(
            own.map((each) => Number(each.name)).sort((a, b) => a - b),
          );
        }
      }),
    );
  });

  it("a background request goes within its ageing time and a bounded number of calls, however many people ask", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 50 }), (backgroundBefore, stepMs) => {
        const line = new WaitingLine<Named>(ageingMs);
        for (let index = 0; index < backgroundBefore; index++) line.add(waiting(`b${index}`, "b", "background", 0));
        const patient = waiting("patient", "c", "background", 0);
        line.add(patient);
        let callsSinceAged = 0;
        for (let now = 0; ; now += stepMs) {
          // There is always somebody at the keyboard.
          line.add(waiting(`i${now}`, `person ${now % 3}`, "interactive", now));
          line.add(waiting(`j${now}`, `person ${now % 3}`, "interactive", now));
          const called = line.next(now);
          if (now >= ageingMs) callsSinceAged++;
          if (called === patient) break;
          expect(callsSinceAged).toBeLessThanOrEqual(4 * (backgroundBefore + 1));
        }
      }),
      { numRuns: 30 },
    );
  });
});
