import { describe, expect, it } from "vitest";
import { topologyNodeSchema } from "../../../contract/mesh/topology.ts";
import { readTopology, type TopologySource } from "../../../sidecar/registry/read-topology.ts";
import { FakeBackend } from "../../support/fake-backend.ts";

const nodeId = `node-${"0".repeat(32)}`;
const source = (more: Partial<TopologySource> = {}): TopologySource => ({
  nodeId,
  nodeName: "workstation",
  backends: [],
  openRequests: 0,
  configuration: { problem: null, needsRestart: [] },
  aliases: [],
  hardware: null,
  latencyMs: () => null,
  standing: (backendId) => {
    const own = more.backends?.find(({ id }) => id === backendId)?.health();
    return { ...(own ?? { health: "unknown", reason: null }), since: new Date(0) };
  },
  urlOf: () => null,
  openAt: () => 0,
  conflicts: () => [],
  ...more,
});

describe("the topology of a node", () => {
  it("is the node alone where there is no backend", () => {
    const { nodes, edges } = readTopology(source({ openRequests: 3 }));
    expect(nodes).toEqual([
      expect.objectContaining({ id: nodeId, kind: "node", label: "workstation", health: "healthy", openRequests: 3 }),
    ]);
    expect(edges).toEqual([]);
  });

  it("tells the names that a person has given to models", () => {
    const aliases = [{ name: "fast", privacy: null, targets: [{ model: "m", backends: null }] }];
    expect(readTopology(source({ aliases })).nodes[0]).toMatchObject({ aliases });
  });

  it("shows a model whose name is half a character", () => {
    const { nodes } = readTopology(source({ backends: [new FakeBackend({ id: "a", models: ["\ud800"] })] }));
    expect(nodes.map(({ kind }) => kind)).toEqual(["node", "backend", "model"]);
  });

  it("connects the node to each backend, and each backend to its models", () => {
    const backends = [new FakeBackend({ id: "a", models: ["m1", "m2"] }), new FakeBackend({ id: "b", models: ["m1"] })];
    const { nodes, edges } = readTopology(source({ backends }));
    expect(nodes.map((node) => [node.kind, node.label])).toEqual([
      ["node", "workstation"],
      ["backend", "Backend a"],
      ["model", "m1"],
      ["model", "m2"],
      ["backend", "Backend b"],
      ["model", "m1"],
    ]);
    const label = (id: string): string | undefined => nodes.find((node) => node.id === id)?.label;
    expect(edges.map((edge) => [label(edge.from), label(edge.to)])).toEqual([
      ["workstation", "Backend a"],
      ["Backend a", "m1"],
      ["Backend a", "m2"],
      ["workstation", "Backend b"],
      ["Backend b", "m1"],
    ]);
  });

  it("follows the contract, each id once", () => {
    const backends = ["a", "b"].map((id) => new FakeBackend({ id, models: ["m", "n"] }));
    const { nodes, edges } = readTopology(source({ backends }));
    for (const node of nodes) topologyNodeSchema.parse(node);
    const ids = [...nodes, ...edges].map((item) => item.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("gives each thing an id of its own, whatever characters are in the names", () => {
    const backends = [new FakeBackend({ id: "x", models: ["y/z"] }), new FakeBackend({ id: "x/y", models: ["z"] })];
    const ids = readTopology(source({ backends })).nodes.map((node) => node.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("shows what a backend says of itself, and passes its privacy on to its models", () => {
    const backend = new FakeBackend({
      id: "a",
      models: ["m"],
      health: { health: "degraded", reason: "no usable model" },
      privacy: "cloud",
    });
    const [, shown, model] = readTopology(source({ backends: [backend] })).nodes;
    expect(shown).toMatchObject({
      backendKind: "fake",
      health: "degraded",
      reason: "no usable model",
      privacy: "cloud",
    });
    expect(model).toMatchObject({ backendKind: null, privacy: "cloud", openRequests: 0 });
  });

  it("says where a server is and since when it has been so, and what a model is", () => {
    const backends = [new FakeBackend({ id: "a", models: ["m"] })];
    const standing = () => ({
      health: "unhealthy" as const,
      reason: "refused",
      since: new Date("2026-11-21T10:00:00Z"),
    });
    const [, backend, model] = readTopology(source({ backends, standing, urlOf: () => "http://gpu:8000" })).nodes;
    expect(backend).toMatchObject({ url: "http://gpu:8000", since: "2026-11-21T10:00:00.000Z", contextTokens: null });
    const { artifact, contextTokens } = backends[0]?.models()[0] ?? {};
    expect(model).toMatchObject({ url: null, since: null, artifact, contextTokens });
  });

  it("shows what answers at a backend, where that was recognised", () => {
    const known = Object.assign(new FakeBackend({ id: "a", models: ["m"] }), {
      program: { id: "vllm", version: "0.11.0" },
    });
    const { nodes } = readTopology(source({ backends: [known, new FakeBackend({ id: "b" })] }));
    expect(nodes.map(({ kind, program }) => [kind, program?.id ?? null])).toEqual([
      ["node", null],
      ["backend", "vllm"],
      ["model", null],
      ["backend", null],
    ]);
  });

  it("shows this machine's figures on its node alone, in steps that a person can see", () => {
    const gpu = {
      id: "GPU-1",
      name: "card",
      memoryTotalBytes: 10e9,
      memoryUsedBytes: 1_234_567_890,
      utilisation: 0.37,
      temperatureCelsius: 41,
      powerWatts: null,
    };
    const hardware = {
      cpu: { model: "chip", cores: 4, load: 0.512 },
      memory: { totalBytes: 16e9, availableBytes: 7_654_321_000 },
      gpus: [gpu],
    };
    const { nodes } = readTopology(source({ hardware, backends: [new FakeBackend({ models: ["m"] })] }));
    expect(nodes[0]?.hardware).toEqual({
      cpu: { model: "chip", cores: 4, load: 0.5 },
      memory: { totalBytes: 16e9, availableBytes: 7.68e9 },
      gpus: [{ ...gpu, memoryUsedBytes: 1.2e9, utilisation: 0.35 }],
    });
    expect(nodes.slice(1).map((node) => node.hardware)).toEqual([null, null]);
  });

  it("has null, not zero, for what is not reported", () => {
    const backends = ["measured", "new"].map((id) => new FakeBackend({ id, models: ["m"] }));
    const latencyMs = (id: string): number | null => (id === "measured" ? 12.5 : null);
    const { nodes } = readTopology(source({ backends, latencyMs }));
    expect(nodes.filter((node) => node.kind === "backend").map((node) => node.latencyMs)).toEqual([12.5, null]);
    expect(nodes.filter((node) => node.kind === "backend").map((node) => node.waitingRequests)).toEqual([null, null]);
  });

  it("says which of two models with one name the name does not stand for", () => {
    const backends = ["near", "far"].map((id) => new FakeBackend({ id, models: ["m"] }));
    const artifacts = backends.map(({ id }) => ({ artifact: `artifact of ${id}`, backends: [id] }));
    const conflicts = () => [{ model: "m", isMixed: false, artifacts }];
    const { nodes } = readTopology(source({ backends, conflicts }));
    const reasons = nodes.filter(({ kind }) => kind === "model").map(({ reason }) => reason);
    expect(reasons).toEqual([null, expect.stringContaining("another artifact than 'm' at near")]);
  });
});
