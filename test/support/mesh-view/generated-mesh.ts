import { type Health, healthSchema } from "../../../contract/mesh/health.ts";
import type { MeshDiff, MeshSnapshot } from "../../../contract/webview/mesh.ts";
import { type Figures, type MeshEdge, type Thing, thingIconSchema } from "../../../contract/webview/mesh-things.ts";
import { edgeOf, noFigures, snapshotOf, thingOf } from "./sample-mesh.ts";

export interface MeshSize {
  readonly nodes: number;
  readonly edges: number;
}

/** The same numbers each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const backendIcons = thingIconSchema.options.slice(2, -3);

function figuresOf(random: () => number): Figures {
  const latency = Math.round(20 + random() * 800);
  return {
    ...noFigures,
    latencyP50Ms: latency,
    latencyP95Ms: latency * 2,
    requestsPerSecond: Math.round(random() * 40) / 10,
    tokensPerSecond: Math.round(random() * 200),
    queued: Math.round(random() * 3),
    inFlight: Math.round(random() * 8),
  };
}

const healthOf = (random: () => number): Health =>
  random() < 0.8 ? "healthy" : (healthSchema.options[Math.floor(random() * healthSchema.options.length)] ?? "unknown");

/** A mesh of a given size: one backend for twenty models, each model at as many backends as the edges allow. */
export function generatedMesh({ nodes, edges: wanted }: MeshSize): MeshSnapshot {
  const random = dice(nodes);
  const backendCount = Math.max(1, Math.round((nodes - 2) / 21));
  const things: Thing[] = [
    thingOf({ id: "you", kind: "user", icon: "user", label: "You" }),
    thingOf({ id: "router", kind: "router", icon: "router", label: "router", figures: figuresOf(random) }),
  ];
  const edges: MeshEdge[] = [edgeOf("you", "router")];
  for (let index = 0; index < backendCount; index++) {
    const icon = backendIcons[index % backendIcons.length] ?? "server";
    const health = healthOf(random);
    const figures = figuresOf(random);
    things.push(thingOf({ id: `b${index}`, icon, label: `${icon}-${index}`, kindLabel: icon, health, figures }));
    edges.push(edgeOf("router", `b${index}`, { health, figures }));
  }
  for (let index = 0; things.length < nodes; index++) {
    const health = healthOf(random);
    const parent = `b${index % backendCount}`;
    const own = { health, figures: figuresOf(random) };
    things.push(
      thingOf({ id: `m${index}`, kind: "model", icon: "model", label: `model-${index}-instruct`, parent, ...own }),
    );
    edges.push(edgeOf(parent, `m${index}`, own));
  }
  const models = nodes - 2 - backendCount;
  for (let step = 1; edges.length < wanted; step++) {
    for (let index = 0; index < models && edges.length < wanted; index++) {
      edges.push(edgeOf(`b${(index + step * 7) % backendCount}`, `m${index}`, { figures: figuresOf(random) }));
    }
    if (step > backendCount) break;
  }
  const unique = new Map(edges.map((edge) => [edge.id, edge]));
  return snapshotOf(things, [...unique.values()]);
}

/** New health and figures for a share of the things and of the edges of a mesh. */
export function tickOf(
  mesh: MeshSnapshot,
  { share, revision }: { readonly share: number; readonly revision: number },
): MeshDiff {
  const random = dice(revision);
  const some = <T>(all: readonly T[]): T[] => {
    const start = Math.floor(random() * all.length);
    return Array.from(
      { length: Math.round(all.length * share) },
      (_, index) => all[(start + index * 7) % all.length],
    ).filter((one) => one !== undefined);
  };
  return {
    type: "diff",
    from: revision - 1,
    to: revision,
    putThings: some(mesh.things.slice(2)).map((thing) => ({
      ...thing,
      health: healthOf(random),
      figures: figuresOf(random),
    })),
    putEdges: [],
    removeThings: [],
    removeEdges: [],
    figures: some(mesh.edges).map(({ id }) => ({ id, figures: figuresOf(random) })),
  };
}
