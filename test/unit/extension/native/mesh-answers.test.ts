import { describe, expect, it } from "vitest";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { explainAnswer, modelsAnswer, statusAnswer } from "../../../../extension/native/mesh-answers.ts";
import { aliasOf, meshWith, placeAt } from "../../../support/mesh-with.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english } from "../../../support/translate.ts";

const hostile = "[click](command:evil) | <b>x</b>\n# Title";

function store(): MeshStore {
  const mesh = new MeshStore();
  mesh.setNodeState({ kind: "ready", node: { name: "desk", version: "1.0.0", pid: 1 } });
  mesh.topology.reset({
    revision: 1,
    nodes: [
      topologyNode({
        id: "b",
        kind: "backend",
        label: hostile,
        health: "unhealthy",
        reason: "refuses",
        privacy: "lan",
      }),
      topologyNode({
        id: "b/m",
        kind: "model",
        label: "qwen",
        modelId: "qwen",
        contextTokens: 8192,
        capabilities: ["chat", "tools"],
      }),
    ],
    edges: [{ id: "1", from: "b", to: "b/m" }],
  });
  mesh.setModels([]);
  return mesh;
}

describe("what @mesh answers", () => {
  it("tells of each backend with its health, the reason and how near it is", () => {
    expect(statusAnswer(store(), english)).toMatch(/Unhealthy: refuses \| Network \| 1 \| – \| –/);
  });

  it("tells of each model where it is and what it can", () => {
    expect(modelsAnswer(store(), english)).toMatch(/\| qwen \| .* \| Healthy \| 8,192 \| chat, tools \|/);
  });

  it("tells of each alias what it stands for", () => {
    const mesh = meshWith(
      [placeAt("gpu", "m"), placeAt("engine", "n")],
      [aliasOf("fast", ["m", "n"]), aliasOf("lost", ["o"])],
    );
    expect(modelsAnswer(mesh, english)).toMatch(/- \*\*fast\*\* stands for m, n\n- \*\*lost\*\* stands for –$/);
  });

  it("says that the node is not started, whatever was asked", () => {
    const words = "The node is not started\\.";
    expect([statusAnswer(new MeshStore(), english), modelsAnswer(new MeshStore(), english)]).toEqual([words, words]);
  });

  it("takes names of other machines for text alone", () => {
    for (const answer of [statusAnswer(store(), english), modelsAnswer(store(), english)]) {
      expect(answer).not.toMatch(/(?<!\\)\[click|(?<!\\)<b>|^# Title/m);
      // A name must not add a cell to the table either.
      const cells = answer
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  it("explains where a question goes and why not elsewhere, and what keeps it from going anywhere", () => {
    const explanation = {
      asked: "qwen",
      alias: null,
      strategy: "auto" as const,
      privacy: "lan" as const,
      ranked: [{ backend: "engine", model: "qwen", privacy: "local" as const, because: "loaded", estimateMs: null }],
      rejected: [{ backend: "gpu", model: "qwen", rejection: "unhealthy" as const, detail: "it refuses" }],
    };
    const answer = explainAnswer({ explanation, error: null }, english);
    expect(answer).toContain("1. engine / qwen: loaded");
    expect(answer).toContain(String.raw`- gpu / qwen: It was not healthy\: it refuses`);
    const error = { code: "unknown_model", params: { model: "qwen", available: ["a"] } };
    expect(explainAnswer({ explanation, error }, english)).toMatch(/qwen.*\\\./s);
  });
});
