import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportTally } from "../../../../extension/compare/export-tally.ts";
import { type Ballot, emptyTally, restoreTally, tallyView, withVote } from "../../../../extension/compare/tally.ts";

const named = (...keys: string[]): Ballot["contenders"] => keys.map((key) => ({ key, name: `model ${key}` }));
const tallyOf = (...ballots: Ballot[]) => ballots.reduce(withVote, emptyTally);

describe("the tally of blind comparisons", () => {
  it("counts a win for the best and a loss for each other, and says nothing about the others among themselves", () => {
    const view = tallyView(tallyOf({ contenders: named("a", "b", "c"), outcome: { best: "b" } }));
    expect(view).toEqual({
      votes: 1,
      contenders: [
        { name: "model b", wins: 1, ties: 0, losses: 0, none: 0, share: 100 },
        { name: "model a", wins: 0, ties: 0, losses: 1, none: 0, share: 0 },
        { name: "model c", wins: 0, ties: 0, losses: 1, none: 0, share: 0 },
      ],
      pairs: [
        { a: "model a", b: "model b", aWins: 0, bWins: 1, ties: 0, none: 0 },
        { a: "model b", b: "model c", aWins: 1, bWins: 0, ties: 0, none: 0 },
      ],
    });
  });

  it("counts ties and none for each, and for each pair whichever stood first", () => {
    const tally = tallyOf(
      { contenders: named("b", "a"), outcome: "tie" },
      { contenders: named("a", "b"), outcome: "none" },
      { contenders: named("b", "a"), outcome: { best: "a" } },
    );
    const view = tallyView(tally);
    expect(view.votes).toBe(3);
    expect(view.pairs).toEqual([{ a: "model a", b: "model b", aWins: 1, bWins: 0, ties: 1, none: 1 }]);
    expect(view.contenders[0]).toEqual({ name: "model a", wins: 1, ties: 1, losses: 0, none: 1, share: 33 });
  });

  it("calls a model as it was called last", () => {
    const tally = tallyOf(
      { contenders: named("a", "b"), outcome: "tie" },
      { contenders: [{ key: "a", name: "renamed" }, ...named("b")], outcome: "tie" },
    );
    expect(tallyView(tally).contenders.map(({ name }) => name)).toEqual(["renamed", "model b"]);
  });

  it("counts each vote once for each who took part, whatever the votes are", () => {
    const ballot = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 2, maxLength: 4 }).chain((keys) =>
      fc.record({
        contenders: fc.constant(named(...keys)),
        outcome: fc.oneof(
          fc.constantFrom("tie" as const, "none" as const),
          fc.constantFrom(...keys).map((best) => ({ best })),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(ballot), (ballots) => {
        const tally = tallyOf(...ballots);
        for (const { key, wins, ties, losses, none } of tally.contenders) {
          const took = ballots.filter(({ contenders }) => contenders.some((each) => each.key === key));
          expect(wins + ties + losses + none).toBe(took.length);
        }
        const decided = ballots.filter(({ outcome }) => typeof outcome === "object");
        expect(tally.contenders.reduce((sum, { wins }) => sum + wins, 0)).toBe(decided.length);
        expect(restoreTally(JSON.parse(JSON.stringify(tally)))).toEqual(tally);
      }),
    );
  });

  it.each([undefined, null, "x", { format: 2 }, { format: 1, votes: -1, contenders: [], pairs: [] }])(
    "is empty where what was kept is %j",
    (stored) => expect(restoreTally(stored)).toEqual(emptyTally),
  );
});

describe("the exported tally", () => {
  const view = tallyView(
    tallyOf({
      contenders: [
        { key: "a", name: '=HYPERLINK("x")' },
        { key: "b", name: 'b, the "second"' },
      ],
      outcome: { best: "b" },
    }),
  );

  it("is one table, with totals and with each side of each pair, and no name becomes a formula", () => {
    expect(exportTally(view, "csv")).toBe(
      [
        "model,against,wins,ties,losses,none",
        '"b, the ""second""",,1,0,0,0',
        '"\'=HYPERLINK(""x"")",,0,0,1,0',
        '"\'=HYPERLINK(""x"")","b, the ""second""",0,0,1,0',
        '"b, the ""second""","\'=HYPERLINK(""x"")",1,0,0,0',
        "",
      ].join("\r\n"),
    );
  });

  it("is the same as JSON", () => {
    expect(JSON.parse(exportTally(view, "json"))).toEqual(view);
  });
});
