import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import { ghostModel } from "../../../../extension/ghost/ghost-models.ts";
import { type GhostStanding, ghostWords } from "../../../../extension/ghost/ghost-words.ts";
import { NamedModelLoader } from "../../../../extension/ghost/named-model-loader.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { topologyNode } from "../../../support/topology-node.ts";
import { english as t } from "../../../support/translate.ts";

const fills: Partial<TopologyNode> = { capabilities: ["chat", "infill"], modelState: "loaded" };

function mesh(models: Readonly<Record<string, Partial<TopologyNode>>>): MeshStore {
  const store = new MeshStore();
  const nodes = Object.entries(models).map(([id, more]) =>
    topologyNode({ id: `at/${id}`, kind: "model", modelId: id, label: id, ...more }),
  );
  store.setNodeState({ kind: "ready", node: { name: "here", version: "1", pid: 1 } });
  store.topology.reset({ revision: 1, nodes, edges: [] });
  return store;
}

describe("the model of ghost text", () => {
  it("is one that is in memory and fills gaps, with the smallest context that may be asked", () => {
    const store = mesh({
      chat: { capabilities: ["chat"], modelState: "loaded" },
      cold: { ...fills, modelState: "available" },
      unknown: { modelState: "loaded" },
      large: { ...fills, contextTokens: 32_768 },
      small: { ...fills, contextTokens: 2048 },
    });
    expect(ghostModel(store, "")).toEqual({ name: "large", contextTokens: 2048, isUnloaded: false });
    expect(ghostModel(mesh({ cold: { ...fills, modelState: "available" } }), "")).toBeNull();
    expect(ghostModel(mesh({ off: { ...fills, health: "disabled" } }), "")).toBeNull();
  });

  it("is the one that is named, loaded or not, unless it is known to fill no gaps", () => {
    const store = mesh({
      chat: { capabilities: ["chat"], modelState: "loaded" },
      cold: { ...fills, modelState: "available", contextTokens: 512 },
      unknown: {},
    });
    expect(ghostModel(store, "cold")).toEqual({ name: "cold", contextTokens: null, isUnloaded: true });
    expect(ghostModel(store, "unknown")).toMatchObject({ name: "unknown", isUnloaded: false });
    expect(ghostModel(store, "chat")).toBeNull();
    expect(ghostModel(store, "gone")).toBeNull();
  });
});

describe("the words for ghost text", () => {
  const js: GhostStanding = { languageId: "javascript", isOn: true, isReadable: true, model: "" };
  const words = (store: MeshStore, more: Partial<GhostStanding> = {}) => ghostWords(store, { ...js, ...more }, t);

  it("say how it stands for the file in front", () => {
    const store = mesh({ coder: fills });
    expect(words(store)).toBe("Ghost text: on for javascript, by coder");
    expect(words(store, { isOn: false })).toBe("Ghost text: off for javascript");
    expect(words(store, { isReadable: false })).toBe("Ghost text: off for this file");
    expect(words(mesh({}))).toContain("no model that fills in the middle is loaded");
    expect(words(mesh({ coder: { ...fills, modelState: "available" } }), { model: "coder" })).toContain(
      "coder is not loaded",
    );
    expect(words(new MeshStore())).toContain("once the node runs");
    expect(ghostWords(store, undefined, t)).toBeUndefined();
  });

  it("show a hostile name as text", () => {
    expect(words(mesh({ coder: { ...fills, label: "a\u202e$(bug)" } }))).toBe(
      "Ghost text: on for javascript, by a $ (bug)",
    );
  });
});

describe("a model that a person has named", () => {
  function scene(...models: Parameters<typeof modelSummary>[0][]) {
    const store = new MeshStore();
    store.setModels(models.map((model) => modelSummary(model)));
    const shown: string[] = [];
    const loader = new NamedModelLoader({
      store,
      whileLoading: (name, load) => {
        shown.push(name);
        void load(new AbortController().signal);
      },
    });
    const node = () => new FakeNodeConnection({ "models/load": () => ({ model: modelSummary({ id: "coder" }) }) });
    return { loader, shown, node };
  }

  it("is loaded once for each node, so that whoever unloads it is not contradicted", async () => {
    const { loader, shown, node } = scene({ id: "coder", displayName: "Coder", state: "available" });
    const [first, second] = [node(), node()];
    for (let times = 0; times < 3; times++) loader.want(first, "coder");
    loader.want(second, "coder");
    await nextTurn();
    expect(shown).toEqual(["Coder", "Coder"]);
    expect(first.sent).toEqual([{ method: "models/load", params: { model: "coder" } }]);
  });

  it("is left alone when it is loaded, broken, a server's, or not known yet", () => {
    const problem = { code: "model_file_missing", params: {} };
    const { loader, shown, node } = scene({ id: "hot", state: "loaded" }, { id: "bad", state: "available", problem });
    for (const model of ["hot", "bad", "elsewhere"]) loader.want(node(), model);
    expect(shown).toEqual([]);
  });
});
