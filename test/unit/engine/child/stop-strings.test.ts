import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopStrings } from "../../../../sidecar/engine/child/stop-strings.ts";

/** What a reader of the whole answer sees, and whether a stop text ended it. */
function read(stops: readonly string[], pieces: readonly string[]): { text: string; stopped: boolean } {
  const reader = new StopStrings(stops);
  let shown = "";
  for (const piece of pieces) {
    const { text, stopped } = reader.push(piece);
    shown += text;
    if (stopped) return { text: shown, stopped };
  }
  return { text: shown + reader.flush(), stopped: false };
}

/** Cuts a text at some places. */
function cut(text: string, places: readonly number[]): string[] {
  const edges = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((end, index) => text.slice(edges[index], end));
}

// Few letters, so that texts meet stops and beginnings of stops all the time.
const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 20 });
const stop = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 });
const anyStops = fc.array(stop, { maxLength: 4 });
/** No stop inside another: then the one that begins first is also the one that is complete first. */
const separateStops = anyStops.filter((stops) =>
  stops.every((one, index) => stops.every((other, place) => index === place || !other.includes(one))),
);

describe("an answer", () => {
  it.each([
    ["no stop text", [], ["Hello ", "world"], { text: "Hello world", stopped: false }],
    ["a stop text that does not occur", ["END"], ["Hello ", "world"], { text: "Hello world", stopped: false }],
    ["a stop text in one piece", ["END"], ["Hello END rest"], { text: "Hello ", stopped: true }],
    ["a stop text over several pieces", ["END"], ["Hello E", "N", "D rest"], { text: "Hello ", stopped: true }],
    ["a stop text at the very beginning", ["\n"], ["\nHello"], { text: "", stopped: true }],
    ["the beginning of a stop text at its end", ["END"], ["Hello EN"], { text: "Hello EN", stopped: false }],
    ["a false beginning before the stop text", ["aab"], ["aa", "ab"], { text: "a", stopped: true }],
    ["several stop texts", ["x", "END"], ["Hello END x"], { text: "Hello ", stopped: true }],
    ["empty pieces", ["END"], ["", "E", "", "ND"], { text: "", stopped: true }],
    ["a stop text of several code units", ["🙂"], ["Hello \ud83d", "\ude42!"], { text: "Hello ", stopped: true }],
  ])("with %s", (_name, stops, pieces, expected) => {
    expect(read(stops, pieces)).toEqual(expected);
  });

  it("is shown piece by piece, without waiting where nothing can be a stop text", () => {
    const reader = new StopStrings(["END"]);
    expect(reader.push("Hello ").text).toBe("Hello ");
    expect(reader.push("world E").text).toBe("world ");
    expect(reader.push("lse").text).toBe("Else");
    expect(reader.flush()).toBe("");
  });

  it("has nothing held back after it was stopped", () => {
    const reader = new StopStrings(["END"]);
    reader.push("Hello END E");
    expect(reader.flush()).toBe("");
  });
});

describe("for every text, every stop text and every way to cut", () => {
  it("is stopped exactly when a stop text occurs, and shows what stands before it", () => {
    fc.assert(
      fc.property(stop, text, fc.array(fc.nat()), (only, whole, places) => {
        const at = whole.indexOf(only);
        const expected = at < 0 ? { text: whole, stopped: false } : { text: whole.slice(0, at), stopped: true };
        expect(read([only], cut(whole, places))).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("never shows a stop text", () => {
    fc.assert(
      fc.property(anyStops, text, fc.array(fc.nat()), (stops, whole, places) => {
        const shown = read(stops, cut(whole, places)).text;
        for (const each of stops) expect(shown).not.toContain(each);
      }),
      { numRuns: 2000 },
    );
  });

  it("shows the same however the text is cut, where no stop text is part of another", () => {
    fc.assert(
      fc.property(separateStops, text, fc.array(fc.nat()), (stops, whole, places) => {
        expect(read(stops, cut(whole, places))).toEqual(read(stops, [...whole]));
      }),
      { numRuns: 2000 },
    );
  });

  it("shows the same however the text is cut, for any stop texts", () => {
    fc.assert(
      fc.property(anyStops, text, fc.array(fc.nat()), (stops, whole, places) => {
        expect(read(stops, cut(whole, places))).toEqual(read(stops, [...whole]));
      }),
      { numRuns: 2000 },
    );
  });
});
