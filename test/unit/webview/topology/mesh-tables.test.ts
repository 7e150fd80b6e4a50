import { describe, expect, it } from "vitest";
import { topologyWords } from "../../../../extension/topology/topology-words.ts";
import { latencyRange, sparklineOutline } from "../../../../webview/details/sparkline.ts";
import { outlineRows } from "../../../../webview/outline/outline-rows.ts";
import { sortThings, tableColumns, tableCsv } from "../../../../webview/outline/table-rows.ts";
import { FigureWords } from "../../../../webview/topology/figure-words.ts";
import { MeshGraph } from "../../../../webview/topology/mesh-graph.ts";
import { ThingWords } from "../../../../webview/topology/thing-words.ts";
import { visibleGraph } from "../../../../webview/topology/visible-graph.ts";
import { plainName } from "../../../../webview/ui/plain-name.ts";
import { edgeOf, noFigures, snapshotOf, thingOf } from "../../../support/mesh-view/sample-mesh.ts";
import { english } from "../../../support/translate.ts";

const words = new ThingWords(topologyWords(english), new FigureWords(topologyWords(english), "en"));
const columns = tableColumns(words);

describe("the table", () => {
  const quick = thingOf({ id: "quick", figures: { ...noFigures, latencyP50Ms: 5 } });
  const slow = thingOf({ id: "slow", figures: { ...noFigures, latencyP50Ms: 40 }, health: "unhealthy" });
  const silent = thingOf({ id: "silent" });
  const ids = (column: string, isDescending: boolean): string[] =>
    sortThings([silent, slow, quick], columns, { column, isDescending }).map(({ id }) => id);

  it("sorts figures as numbers, and what nobody has measured last in both directions", () => {
    expect(ids("latencyP50Ms", false)).toEqual(["quick", "slow", "silent"]);
    expect(ids("latencyP50Ms", true)).toEqual(["slow", "quick", "silent"]);
  });

  it("sorts the ill before the well", () => {
    expect(ids("health", false)[0]).toBe("slow");
  });

  it("becomes a file whose fields hold whatever a name holds, and no formula", () => {
    const named = thingOf({ id: "x", label: '=HYPERLINK("http://x"),a' });
    const csv = tableCsv([named, slow], columns);
    const [head, first, second] = csv.split("\r\n");
    expect(head?.startsWith("Name,Kind,Health,Latency p50")).toBe(true);
    expect(first?.startsWith(`"'=HYPERLINK(""http://x""),a",`)).toBe(true);
    expect(second).toContain(",40,");
  });
});

describe("the tree", () => {
  it("has a line for each way to a thing, with its place among its siblings", () => {
    const graph = new MeshGraph();
    const things = [
      thingOf({ id: "you", kind: "user" }),
      thingOf({ id: "a" }),
      thingOf({ id: "b" }),
      thingOf({ id: "m", kind: "model" }),
    ];
    graph.reset(snapshotOf(things, [edgeOf("you", "a"), edgeOf("you", "b"), edgeOf("a", "m"), edgeOf("b", "m")]));
    const shown = visibleGraph(graph, { hides: [], foldsAbove: 9, unfolded: new Set(), folded: new Set(["b"]) });
    const rows = outlineRows(shown).map(({ thing, level, position, siblings, isExpanded }) => [
      thing.id,
      level,
      `${position}/${siblings}`,
      isExpanded,
    ]);
    expect(rows).toEqual([
      ["you", 1, "1/1", true],
      ["a", 2, "1/2", true],
      ["m", 3, "1/1", null],
      ["b", 2, "2/2", false],
    ]);
  });
});

describe("words and figures", () => {
  it("say nothing where nothing was measured", () => {
    expect(words.figures.metric("latencyP50Ms", noFigures)).toBe("–");
    expect(words.figures.metric("tokensPerSecond", { ...noFigures, tokensPerSecond: 0 })).toBe("0 tok/s");
  });

  it("say for how long in the largest unit", () => {
    expect(words.figures.duration(0, 59_000)).toBe("59 sec");
    expect(words.figures.duration(0, 7_300_000)).toBe("2 hr");
  });

  it("fall back to English for a language that there is not", () => {
    expect(new FigureWords(topologyWords(english), "xx-not-a-language-at-all").number(1_000)).toBe("1,000");
  });

  it("name a thing in one harmless line", () => {
    expect(plainName("a\u202Egnp.exe\nb")).toBe("a gnp.exe b");
    expect([...plainName("x".repeat(10_240))]).toHaveLength(80);
  });
});

describe("the course of a latency", () => {
  it("has a gap where nothing was measured", () => {
    const samples = [5, 7, null, 9].map((ms, at) => ({ at, ms }));
    expect(sparklineOutline(samples).match(/M/g)).toHaveLength(2);
    expect(latencyRange(samples)).toEqual({ lowest: 5, highest: 9, latest: 9 });
  });

  it("says nothing of nothing", () => {
    expect(sparklineOutline([])).toBe("");
    expect(latencyRange([{ at: 0, ms: null }])).toBeNull();
  });
});
