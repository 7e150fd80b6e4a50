import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { healthSchema } from "../../../../contract/mesh/health.ts";
import type { MeshEdge, Thing } from "../../../../contract/webview/mesh-things.ts";
import { type Box, layOut, narrowGeometry, wideGeometry } from "../../../../webview/topology/layout.ts";
import { MeshGraph } from "../../../../webview/topology/mesh-graph.ts";
import { type VisibleGraph, visibleGraph } from "../../../../webview/topology/visible-graph.ts";
import { edgeOf, noFigures, snapshotOf, thingOf } from "../../../support/mesh-view/sample-mesh.ts";

interface Mesh {
  readonly things: readonly Thing[];
  readonly edges: readonly MeshEdge[];
}

/** Meshes with models at one or several backends, and machines with GPUs behind some of these. */
const meshes = fc
  .array(fc.record({ models: fc.nat(6), machines: fc.nat(2), gpus: fc.nat(3), shares: fc.boolean() }), {
    maxLength: 12,
  })
  .map((backends): Mesh => {
    const things: Thing[] = [thingOf({ id: "you", kind: "user" }), thingOf({ id: "router", kind: "router" })];
    const edges: MeshEdge[] = [edgeOf("you", "router")];
    for (const [index, { models, machines, gpus, shares }] of backends.entries()) {
      const backend = `b${index}`;
      things.push(thingOf({ id: backend }));
      edges.push(edgeOf("router", backend));
      for (let machine = 0; machine < machines; machine++) {
        const id = `${backend}/host${machine}`;
        things.push(thingOf({ id, kind: "machine", parent: backend }));
        edges.push(edgeOf(backend, id));
        for (let gpu = 0; gpu < gpus; gpu++) {
          things.push(thingOf({ id: `${id}/gpu${gpu}`, kind: "gpu", parent: id }));
          edges.push(edgeOf(id, `${id}/gpu${gpu}`));
        }
      }
      for (let model = 0; model < models; model++) {
        const id = `${backend}/m${model}`;
        things.push(thingOf({ id, kind: "model" }));
        edges.push(edgeOf(backend, id));
        if (shares && index > 0) edges.push(edgeOf(`b${index - 1}`, id));
      }
    }
    return { things, edges };
  });

function show({ things, edges }: Mesh): VisibleGraph {
  const graph = new MeshGraph();
  graph.reset(snapshotOf(things, edges));
  return visibleGraph(graph, { hides: [], foldsAbove: 10_000, unfolded: new Set(), folded: new Set() });
}

const place = (mesh: Mesh): Map<string, Box> => layOut(show(mesh).things, wideGeometry);

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

/** The ids of a kind from the top to the bottom. */
const downwards = (boxes: ReadonlyMap<string, Box>, ids: readonly string[]): string[] =>
  ids.filter((id) => boxes.has(id)).toSorted((a, b) => (boxes.get(a)?.y ?? 0) - (boxes.get(b)?.y ?? 0));

describe("the layout", () => {
  it.each([wideGeometry, narrowGeometry])("places everything, and nothing on top of another", (geometry) => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const boxes = [...layOut(show(mesh).things, geometry).values()];
        expect(boxes).toHaveLength(mesh.things.length);
        for (const [index, box] of boxes.entries()) {
          expect(boxes.slice(index + 1).some((other) => overlap(box, other))).toBe(false);
        }
      }),
    );
  });

  it("keeps the ranks from the left to the right, each edge within its rank or to the next", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const boxes = place(mesh);
        for (const { from, to } of mesh.edges) {
          const [start, end] = [boxes.get(from), boxes.get(to)];
          expect(start !== undefined && end !== undefined && start.x <= end.x).toBe(true);
        }
      }),
    );
  });

  it("keeps backends in their order", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const backends = mesh.things.filter(({ kind }) => kind === "backend").map(({ id }) => id);
        expect(downwards(place(mesh), backends)).toEqual(backends);
      }),
    );
  });

  it("moves nothing when health, figures and names change", () => {
    fc.assert(
      fc.property(meshes, fc.infiniteStream(fc.constantFrom(...healthSchema.options)), (mesh, healths) => {
        const next = (): Thing["health"] => healths.next().value ?? "unknown";
        const things = mesh.things.map((thing) => ({
          ...thing,
          health: next(),
          label: `${thing.label}, renamed`,
          figures: { ...noFigures, latencyP50Ms: 3 },
        }));
        expect(place({ ...mesh, things })).toEqual(place(mesh));
      }),
    );
  });

  it("moves no backend and no model when a backend comes", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const before = place(mesh);
        const after = place({
          things: [...mesh.things, thingOf({ id: "new" }), thingOf({ id: "new/m", kind: "model" })],
          edges: [...mesh.edges, edgeOf("router", "new"), edgeOf("new", "new/m")],
        });
        for (const { id, kind } of mesh.things) {
          if (kind !== "user" && kind !== "router") expect(after.get(id)).toEqual(before.get(id));
        }
      }),
    );
  });

  it("moves nothing above a model that comes, and keeps the order of what is below it", () => {
    fc.assert(
      fc.property(meshes, fc.nat(), (mesh, choice) => {
        const backends = mesh.things.filter(({ kind }) => kind === "backend").map(({ id }) => id);
        const index = backends.length === 0 ? 0 : choice % backends.length;
        const chosen = backends[index];
        fc.pre(chosen !== undefined);
        const edge = edgeOf(chosen ?? "", "new");
        const things = [...mesh.things, thingOf({ id: "new", kind: "model" })];
        const [before, after] = [place(mesh), place({ things, edges: [...mesh.edges, edge] })];
        for (const id of backends.slice(0, index)) expect(after.get(id)).toEqual(before.get(id));
        expect(downwards(after, backends)).toEqual(backends);
        const rest = mesh.things.map(({ id }) => id).filter((id) => id.includes("/"));
        expect(downwards(after, rest)).toEqual(downwards(before, rest));
      }),
    );
  });
});
