import { describe, expect, it } from "vitest";
import type { MeshDiff } from "../../../../contract/webview/mesh.ts";
import { MeshGraph } from "../../../../webview/topology/mesh-graph.ts";
import { edgeOf, noFigures, snapshotOf, thingOf } from "../../../support/mesh-view/sample-mesh.ts";

const diff = (given: Partial<MeshDiff>): MeshDiff => ({
  type: "diff",
  from: 1,
  to: 2,
  putThings: [],
  putEdges: [],
  removeThings: [],
  removeEdges: [],
  figures: [],
  ...given,
});

function graphOf(): MeshGraph {
  const graph = new MeshGraph();
  const things = [thingOf({ id: "a" }), thingOf({ id: "m", kind: "model", parent: "a" }), thingOf({ id: "b" })];
  graph.reset(snapshotOf(things, [edgeOf("a", "m"), edgeOf("b", "m")]));
  return graph;
}

describe("the page's copy of the mesh", () => {
  it("says that it has missed a difference", () => {
    expect(graphOf().apply(diff({ from: 2, to: 3 }))).toBeUndefined();
  });

  it("tells a change of health from a change of structure", () => {
    const graph = graphOf();
    const ill = thingOf({ id: "a", health: "unhealthy" });
    const change = graph.apply(diff({ putThings: [ill] }));
    expect(change).toEqual({ structure: false, touched: new Set(["a"]), healthChanged: [ill] });
    expect(graph.apply(diff({ from: 2, to: 3, putThings: [thingOf({ id: "c" })] }))?.structure).toBe(true);
  });

  it("takes figures alone for things and for edges", () => {
    const graph = graphOf();
    const figures = { ...noFigures, latencyP50Ms: 7 };
    graph.apply(
      diff({
        figures: [
          { id: "a", figures },
          { id: "a>m", figures },
        ],
      }),
    );
    expect(graph.things.get("a")?.figures.latencyP50Ms).toBe(7);
    expect(graph.edges.get("a>m")?.figures.latencyP50Ms).toBe(7);
  });

  it("lets a thing take its edges and what unfolds behind it along", () => {
    const graph = graphOf();
    graph.apply(diff({ removeThings: ["a"] }));
    expect([...graph.things.keys()]).toEqual(["b"]);
    expect(graph.edges.size).toBe(0);
    expect(graph.edgesFrom("b")).toEqual([]);
  });

  it("leaves out an edge to nowhere", () => {
    const graph = graphOf();
    graph.apply(diff({ putEdges: [edgeOf("a", "nobody")] }));
    expect(graph.edges.has("a>nobody")).toBe(false);
  });
});
