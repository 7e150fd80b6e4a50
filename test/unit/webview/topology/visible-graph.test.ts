import { describe, expect, it } from "vitest";
import { parseExpression } from "../../../../webview/topology/filter-expression.ts";
import { MeshGraph } from "../../../../webview/topology/mesh-graph.ts";
import { pathsThrough } from "../../../../webview/topology/paths-through.ts";
import { type Visibility, type VisibleGraph, visibleGraph } from "../../../../webview/topology/visible-graph.ts";
import { generatedMesh } from "../../../support/mesh-view/generated-mesh.ts";
import { edgeOf, sampleMesh, snapshotOf, thingOf } from "../../../support/mesh-view/sample-mesh.ts";

function show(snapshot = sampleMesh(), given: Partial<Visibility> & { readonly hide?: string } = {}): VisibleGraph {
  const graph = new MeshGraph();
  graph.reset(snapshot);
  const parsed = parseExpression(given.hide ?? "");
  const hides = given.hide !== undefined && parsed.kind === "test" ? [parsed.matches] : [];
  return visibleGraph(graph, { hides, foldsAbove: 300, unfolded: new Set(), folded: new Set(), ...given });
}

describe("what is shown of a mesh", () => {
  it("is everything while it is small", () => {
    const { things, hiddenCount } = show();
    expect(things.size).toBe(sampleMesh().things.length);
    expect(hiddenCount).toBe(0);
  });

  it("is folded under its backends, with a count, above so many things", () => {
    const { things, edges } = show(generatedMesh({ nodes: 1_000, edges: 3_000 }));
    const backends = [...things.values()].filter(({ thing }) => thing.kind === "backend");
    expect([...things.values()].some(({ thing }) => thing.kind === "model")).toBe(false);
    expect(backends.every(({ fold, foldedCount }) => fold === "folded" && foldedCount > 0)).toBe(true);
    expect(edges.size).toBe(backends.length + 1);
  });

  it("has the models of a backend that a person has unfolded, and the ways to them from there", () => {
    const { things, edges } = show(generatedMesh({ nodes: 1_000, edges: 3_000 }), { unfolded: new Set(["b3"]) });
    expect(things.get("b3")?.fold).toBe("unfolded");
    expect(things.get("m3")?.parent).toBe("b3");
    expect([...edges.values()].filter(({ to }) => to === "m3").map(({ from }) => from)).toEqual(["b3"]);
  });

  it("lets a person fold what is small", () => {
    const { things } = show(sampleMesh(), { folded: new Set(["studio"]) });
    expect(things.get("studio")).toMatchObject({ fold: "folded", foldedCount: 2 });
    expect(things.has("studio/gpt-oss-20b")).toBe(false);
  });

  it("offers to unfold what the extension has more of", () => {
    const cluster = thingOf({ id: "c", canUnfold: true });
    const { things } = show(snapshotOf([cluster], []));
    expect(things.get("c")).toMatchObject({ fold: "folded", foldedCount: 0 });
  });

  it("hides what matches with what can only be reached through it", () => {
    const { things, hiddenCount } = show(sampleMesh(), { hide: "kind:peer" });
    expect(things.has("studio")).toBe(false);
    expect(things.has("studio/gpt-oss-20b")).toBe(false);
    expect(hiddenCount).toBe(3);
  });

  it("keeps a model that another backend serves as well", () => {
    const things = [thingOf({ id: "a" }), thingOf({ id: "b", icon: "peer" }), thingOf({ id: "m", kind: "model" })];
    const shown = show(snapshotOf(things, [edgeOf("a", "m"), edgeOf("b", "m")]), { hide: "kind:peer" });
    expect([...shown.things.keys()]).toEqual(["a", "m"]);
    expect([...shown.edges.keys()]).toEqual(["a>m"]);
  });

  it("has every path to and from a thing, and the count of the edges at it", () => {
    const { edges } = show();
    const paths = pathsThrough("studio", edges.values());
    const models = ["studio/gpt-oss-20b", "studio/qwen3-coder-30b-a3b"];
    expect([...paths.things].toSorted()).toEqual(["router", "studio", ...models, "you"].toSorted());
    expect(paths.edges.size).toBe(4);
    expect(paths.connected).toBe(3);
  });

  it("leads to a thing by one other alone, when that is given", () => {
    const edges = [edgeOf("you", "a"), edgeOf("you", "b"), edgeOf("a", "m"), edgeOf("b", "m"), edgeOf("b", "n")];
    const paths = pathsThrough("m", edges, "b");
    expect(paths.things).toEqual(new Set(["you", "b", "m"]));
    expect(paths.edges.size).toBe(2);
    expect(paths.connected).toBe(2);
    expect(pathsThrough("m", edges).things).toEqual(new Set(["you", "a", "b", "m"]));
  });

  it("ends in a circle of edges", () => {
    const edges = [edgeOf("a", "b"), edgeOf("b", "a")];
    expect(pathsThrough("a", edges).things).toEqual(new Set(["a", "b"]));
  });
});
