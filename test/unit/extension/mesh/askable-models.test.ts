import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TopologyNode } from "../../../../contract/mesh/topology.ts";
import type { ModelChoice } from "../../../../extension/chat/model-choice.ts";
import { askableModel, askableModels, choiceKey, nameInLists } from "../../../../extension/mesh/askable-models.ts";
import { choiceToAsk, modelToAsk } from "../../../../extension/mesh/choice-to-ask.ts";
import { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { parametersInName } from "../../../../extension/mesh/parameters-in-name.ts";
import { recentChoicesSchema, withRecent } from "../../../../extension/mesh/recent-choices.ts";
import { aliasOf, meshWith, placeAt } from "../../../support/mesh-with.ts";
import { modelSummary } from "../../../support/model-summary.ts";

const keysOf = (store: MeshStore): string[] => askableModels(store).map(({ key }) => key);
const choiceOf = (store: MeshStore, model: string): ModelChoice | undefined =>
  askableModels(store).find((each) => each.model === model)?.choice;
const nearAndFar = () => [
  placeAt("engine", "small-3b"),
  placeAt("gpu", "large-70b"),
  placeAt("gpu", "small-3b"),
  placeAt("cloud", "huge-400b"),
];

describe("what can be asked", () => {
  it("is what stands for others, each model by its name, and each of its places where there are several", () => {
    expect(keysOf(meshWith(nearAndFar()))).toEqual([
      "auto",
      choiceKey({ model: "auto", strategy: "least-latency" }),
      choiceKey({ model: "auto", privacy: "local" }),
      "auto#largest",
      "small-3b",
      choiceKey({ model: "small-3b", onlyBackends: ["engine"] }),
      choiceKey({ model: "small-3b", onlyBackends: ["gpu"] }),
      "large-70b",
      "huge-400b",
    ]);
  });

  it("is nothing where nothing can chat, and before the node has told", () => {
    expect(keysOf(meshWith([placeAt("gpu", "vectors", { capabilities: ["embeddings"] })]))).toEqual([]);
    expect(keysOf(new MeshStore())).toEqual([]);
  });

  it("holds this machine's files also before the topology shows them, without those that cannot be used", () => {
    const store = meshWith([placeAt("engine", "broken")]);
    const problem = { code: "model_file_corrupt", params: {} };
    store.setModels([modelSummary({ id: "own" }), modelSummary({ id: "broken", problem })]);
    expect(keysOf(store)).toContain("own");
    expect(keysOf(store)).not.toContain("broken");
  });

  it("leaves out what a person has turned off, by itself or with its server", () => {
    const store = meshWith([placeAt("off", "m"), placeAt("gpu", "n", { health: "disabled" })]);
    expect(keysOf(store)).toEqual([]);
  });

  it("takes the model with the most parameters for the largest, but no cloud's and none that cannot answer", () => {
    expect(choiceOf(meshWith(nearAndFar()), "auto#largest")).toEqual({ model: "large-70b", privacy: "lan" });
    const ill = [placeAt("gpu", "large-70b", { health: "unhealthy" }), placeAt("engine", "small-3b")];
    expect(choiceOf(meshWith(ill), "auto#largest")?.model).toBe("small-3b");
    expect(choiceOf(meshWith([placeAt("cloud", "huge-400b")]), "auto#largest")).toBeUndefined();
  });

  it("holds each alias with the places behind it, before models and in the place of one of its name", () => {
    const { length } = keysOf(meshWith(nearAndFar()));
    const store = meshWith(nearAndFar(), [
      aliasOf("fast", ["small-3b", "huge-400b"]),
      aliasOf("large-70b", ["small-3b"]),
    ]);
    expect(keysOf(store)).toHaveLength(length + 1);
    expect(keysOf(store).slice(4, 7)).toEqual(["fast", "large-70b", "small-3b"]);
    const places = (name: string) => askableModels(store).find(({ model }) => model === name)?.places ?? [];
    expect(places("fast").map(({ backendId, modelId }) => `${backendId}/${modelId}`)).toEqual([
      "engine/small-3b",
      "gpu/small-3b",
      "cloud/huge-400b",
    ]);
    expect(places("large-70b").map(({ modelId }) => modelId)).toEqual(["small-3b", "small-3b"]);
  });

  it("knows the places of an alias by its backends, its label and its artifacts, and leaves out one without any", () => {
    const artifact = `sha256:${"a".repeat(64)}+t`;
    const places = [...nearAndFar(), placeAt("gpu", "kept", { artifact }), placeAt("cloud", "kept")];
    const at = (part: Parameters<typeof aliasOf>[2], models: string[] = []): string[] =>
      askableModels(meshWith(places, [aliasOf("a", models, part)]))
        .filter(({ kind }) => kind === "alias")
        .flatMap((alias) => alias.places.map(({ backendId }) => backendId ?? ""));
    expect(at({ targets: [{ model: "small-3b", backends: ["gpu"] }] })).toEqual(["gpu"]);
    expect(at({ privacy: "lan" }, ["huge-400b", "kept"])).toEqual(["gpu"]);
    for (const model of [artifact.slice(0, 19), `kept@${artifact.slice(0, 19)}`])
      expect(at({}, [model])).toEqual(["gpu"]);
    expect(at({}, [`other@${artifact.slice(0, 19)}`])).toEqual([]);
    expect(keysOf(meshWith(places, [aliasOf("nothing", ["not there"])]))).not.toContain("nothing");
  });

  it("has one entry for each key, whatever servers call their models", () => {
    const name = fc.constantFrom("auto", "auto#largest", "m", "n", '["m"]', "a-7b");
    const places = fc.array(fc.tuple(fc.constantFrom("engine", "gpu", "cloud"), name), { maxLength: 12 });
    fc.assert(
      fc.property(places, (all) => {
        const unique = [...new Map(all.map((each) => [each.join("/"), each])).values()];
        const aliases = [aliasOf("m", ["n", "a-7b"]), aliasOf("auto", ["m"])];
        const models = askableModels(
          meshWith(
            unique.map(([at, model]) => placeAt(at, model)),
            aliases,
          ),
        );
        expect(new Set(models.map(({ key }) => key)).size).toBe(models.length);
        for (const each of models) {
          expect(each.places.length).toBeGreaterThan(0);
          expect(askableModel(models, each.kept)?.key).toBe(each.key);
        }
      }),
    );
  });
});

describe("the name of a choice in lists", () => {
  it("is that of what it was made from, and none for one that keeps to a place", () => {
    for (const { kind, model, kept } of askableModels(meshWith(nearAndFar()))) {
      expect(nameInLists(kept)).toBe(kind === "pinned" ? null : model);
    }
  });
});

describe("the model to ask", () => {
  const ask = (places: TopologyNode[], chosen: ModelChoice | null, fromSettings = ""): ModelChoice | null =>
    choiceToAsk(meshWith(places), { chosen, fromSettings });

  it("is any model of the mesh that was chosen, or one that the settings name, also one that stands for others", () => {
    expect(ask(nearAndFar(), { model: "huge-400b" })).toEqual({ model: "huge-400b" });
    expect(ask(nearAndFar(), null, "large-70b")).toEqual({ model: "large-70b" });
    expect(ask(nearAndFar(), null, "auto#fastest")).toEqual({ model: "auto", strategy: "least-latency" });
    expect(ask(nearAndFar(), null, "auto#local")).toEqual({ model: "auto", privacy: "local" });
    expect(ask(nearAndFar(), { model: "auto#largest" })).toEqual({ model: "large-70b", privacy: "lan" });
  });

  it("is one's own before a server's, and a cloud's only where there is nothing else", () => {
    expect(ask(nearAndFar().reverse(), null)).toEqual({ model: "small-3b" });
    expect(ask([placeAt("cloud", "huge"), placeAt("gpu", "large")], null)).toEqual({ model: "large" });
    expect(ask([placeAt("cloud", "huge")], null)).toEqual({ model: "huge" });
    expect(ask([], null)).toBeNull();
  });

  it("is a loaded model of one's own, another of one's own, a server's nearby, and the demo", () => {
    const store = meshWith([placeAt("gpu", "large")]);
    const files = [{ id: "demo", isDemo: true }, { id: "own" }, { id: "vectors", canChat: false }];
    const asked = (...models: Parameters<typeof modelSummary>[0][]): string | undefined => {
      store.setModels(models.map(modelSummary));
      return choiceToAsk(store, { chosen: null, fromSettings: "" })?.model;
    };
    expect(asked(...files, { id: "loaded", state: "loaded" })).toBe("loaded");
    expect(asked(...files)).toBe("own");
    expect(asked({ id: "demo", isDemo: true })).toBe("large");
    store.topology.reset();
    expect(asked({ id: "demo", isDemo: true })).toBe("demo");
  });

  it("gives way when a model has gone, but not when the question was to stay at a place or near", () => {
    const there = [placeAt("cloud", "m")];
    expect(ask(there, { model: "gone" })).toEqual({ model: "m" });
    const pinned = { model: "m", onlyBackends: ["gpu"] };
    expect(ask(there, pinned)).toEqual(pinned);
    const local = { model: "auto", privacy: "local" as const };
    expect(ask(there, local)).toEqual(local);
  });

  it("keeps to a place that is the last that has the model", () => {
    const pinned = { model: "m", onlyBackends: ["gpu"] };
    const store = meshWith([placeAt("gpu", "m")]);
    expect(modelToAsk(store, { chosen: pinned, fromSettings: "" })).toMatchObject({ kind: "pinned", choice: pinned });
  });

  it("stands while the node has not told of its models", () => {
    const pinned = { model: "m", onlyBackends: ["gpu"] };
    const unknown = (chosen: ModelChoice | null) => choiceToAsk(new MeshStore(), { chosen, fromSettings: "" });
    expect(unknown(pinned)).toEqual(pinned);
    expect(unknown({ model: "auto#largest" })).toEqual({ model: "auto", privacy: "lan" });
    expect(unknown(null)).toBeNull();
  });
});

describe("what was chosen lately", () => {
  it("is the last first, each once and not too many, and nothing when it cannot be read", () => {
    const choices = ["a", "b", "a", "c"].reduce<ModelChoice[]>((kept, model) => withRecent(kept, { model }), []);
    expect(choices.map(({ model }) => model)).toEqual(["c", "a", "b"]);
    const many = Array.from({ length: 40 }, (_, index) => ({ model: `m${index}` }));
    expect(many.reduce<ModelChoice[]>(withRecent, []).length).toBeLessThanOrEqual(12);
    expect(recentChoicesSchema.parse("damaged")).toEqual([]);
  });
});

describe("how many parameters a name tells of", () => {
  it.each([
    ["llama3.1:8b", 8e9],
    ["Qwen2.5-Coder-1.5B-Instruct", 1.5e9],
    ["mixtral-8x7B-v0.1", 56e9],
    ["smollm2-135m", 135e6],
    ["qwen3-30b-a3b", 30e9],
    ["gpt-oss-120b", 120e9],
  ])("%s", (name, count) => expect(parametersInName(name)).toBe(count));

  it.each(["gpt-5", "claude-opus-4", "phi-3-mini-4k", "model-8bit", "v1b2b3", ""])("is none in '%s'", (name) => {
    expect(parametersInName(name)).toBeNull();
  });
});
