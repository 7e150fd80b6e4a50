import { describe, expect, it } from "vitest";
import type { TopologyNode, TopologyPatch } from "../../../../contract/mesh/topology.ts";
import { TopologyCopy } from "../../../../extension/mesh/topology-copy.ts";
import { topologyNode } from "../../../support/topology-node.ts";

const thing = (id: string, kind: TopologyNode["kind"] = "model"): TopologyNode => topologyNode({ id, kind });
const edge = (from: string, to: string) => ({ id: `${from}>${to}`, from, to });
const patch = (part: Partial<TopologyPatch>): TopologyPatch => ({
  from: 1,
  to: 2,
  putNodes: [],
  putEdges: [],
  removeNodes: [],
  removeEdges: [],
  ...part,
});

function setUp(): TopologyCopy {
  const copy = new TopologyCopy();
  const nodes = [thing("n", "node"), thing("b", "backend"), thing("m1"), thing("m2")];
  copy.reset({ revision: 1, nodes, edges: [edge("n", "b"), edge("b", "m1"), edge("b", "m2")] });
  return copy;
}

describe("the copy of the topology", () => {
  it("knows what leads where", () => {
    const copy = setUp();
    expect(copy.ofKind("node").map(({ id }) => id)).toEqual(["n"]);
    expect(copy.childrenOf("b").map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(copy.parentOf("m1")?.id).toBe("b");
  });

  it("follows a patch, and removes the edges of what is removed", () => {
    const copy = setUp();
    const putNodes = [{ ...thing("m2"), health: "loading" as const }, thing("m3")];
    expect(copy.apply(patch({ putNodes, putEdges: [edge("b", "m3")], removeNodes: ["m1"] }))).toBe("applied");
    expect(copy.childrenOf("b").map(({ id, health }) => `${id} ${health}`)).toEqual(["m2 loading", "m3 healthy"]);
  });

  it("leaves out what it knows already, and notices what it has missed", () => {
    const copy = setUp();
    expect(copy.apply(patch({ from: 0, to: 1, removeNodes: ["n"] }))).toBe("old");
    expect(copy.apply(patch({ from: 2, to: 3, removeNodes: ["n"] }))).toBe("gap");
    expect(copy.get("n")).toBeDefined();
  });
});
