import { describe, expect, it } from "vitest";
import type { ModelChoice } from "../../../../extension/chat/model-choice.ts";
import { type ModelEntry, modelEntries } from "../../../../extension/chat/model-entries.ts";
import { choiceName, chosenModel, tokenAmount } from "../../../../extension/chat/model-entry-words.ts";
import { askableModel, askableModels } from "../../../../extension/mesh/askable-models.ts";
import { modelToAsk } from "../../../../extension/mesh/choice-to-ask.ts";
import type { MeshStore } from "../../../../extension/mesh/mesh-store.ts";
import { aliasOf, meshWith, placeAt } from "../../../support/mesh-with.ts";
import { modelSummary } from "../../../support/model-summary.ts";
import { english } from "../../../support/translate.ts";

interface Given {
  readonly recent?: readonly ModelChoice[];
  readonly chosen?: ModelChoice;
}
function entriesOf(store: MeshStore, { recent = [], chosen }: Given = {}): ModelEntry[] {
  const asked = askableModel(askableModels(store), chosen ?? null) ?? null;
  return modelEntries(store, { recent, chosen: asked }, english);
}
const lines = (entries: readonly ModelEntry[]): string[] =>
  entries.map((entry) => (entry.kind === "group" ? `# ${entry.label}` : entry.label));
const entryOf = (entries: readonly ModelEntry[], label: string) =>
  entries.find((entry) => entry.kind === "model" && entry.label === label) as Extract<ModelEntry, { kind: "model" }>;

const traffic = { requestsPerSecond: 1, failuresPerSecond: 0, openRequests: 0, p95Ms: 20, requests: 9, failures: 0 };

describe("the list of models", () => {
  it("is what stands for others, what is in several places, and then place by place", () => {
    const store = meshWith([placeAt("engine", "m"), placeAt("gpu", "m"), placeAt("gpu", "n"), placeAt("cloud", "o")]);
    expect(lines(entriesOf(store))).toEqual([
      ...["# The mesh chooses", "Auto", "Fastest", "Local Only", "Largest"],
      ...["# Wherever it is", "m"],
      ...["# This machine", "m"],
      ...["# gpu box", "m", "n"],
      ...["# cloud box", "o"],
    ]);
  });

  it("has aliases in a group of their own, which say what they stand for", () => {
    const places = [placeAt("engine", "m"), placeAt("gpu", "n", { contextTokens: 4_096 })];
    const store = meshWith(places, [aliasOf("fast", ["n", "m"]), aliasOf("near", ["n"])]);
    const entries = entriesOf(store);
    expect(lines(entries).slice(5, 8)).toEqual(["# Aliases", "fast", "near"]);
    expect(entryOf(entries, "fast")).toMatchObject({
      description: "2 models",
      detail: "Stands for n (gpu box), m (This machine)",
      icon: "tag",
    });
    expect(entryOf(entries, "near").description).toBe("4K · Network");
    const chosen = chosenModel(askableModels(store).find(({ model }) => model === "fast") ?? expect.fail(), english);
    expect(chosen).toMatchObject({ label: "fast", detail: "2 models · Stands for n (gpu box), m (This machine)" });
    expect(choiceName(store, { model: "fast" }, english)).toBe("fast");
  });

  it("begins with what was chosen lately and is still there, where there are many, and has each once", () => {
    const store = meshWith(["a", "b", "c", "d", "e"].map((name) => placeAt("gpu", name)));
    const recent = [{ model: "d" }, { model: "gone" }, { model: "b" }];
    const shown = lines(entriesOf(store, { recent }));
    expect(shown.slice(0, 4)).toEqual(["# Chosen lately", "d", "b", "# The mesh chooses"]);
    expect(entryOf(entriesOf(store, { recent }), "d").description).toMatch(/^gpu box · /);
    expect(shown.slice(-4)).toEqual(["# gpu box", "a", "c", "e"]);
    expect(lines(entriesOf(meshWith([placeAt("gpu", "d")]), { recent }))).not.toContain("# Chosen lately");
  });

  it("says context, speed, latency, privacy label and abilities, as far as they are known", () => {
    const store = meshWith([
      placeAt("gpu", "m", { contextTokens: 32_768, capabilities: ["chat", "tools", "vision"] }),
      placeAt("cloud", "n"),
    ]);
    const figures = [{ ...traffic, id: "gpu/m", p50Ms: 12, tokensPerSecond: 41.3 }];
    store.setTraffic({ figures, history: [], clients: [] });
    expect(entryOf(entriesOf(store), "m")).toMatchObject({
      description: "32K · 41 tok/s · 12 ms · Network · tools, images",
      icon: "pass-filled",
    });
    expect(entryOf(entriesOf(store), "n").description).toBe("Cloud");
  });

  it("says why a model is not well, in words and by its icon", () => {
    const ill = { health: "unhealthy", reason: "connection refused" } as const;
    const entries = entriesOf(meshWith([placeAt("gpu", "m", ill), placeAt("gpu", "slow", { health: "degraded" })]));
    expect(entryOf(entries, "m")).toMatchObject({ icon: "error", detail: "connection refused" });
    expect(entryOf(entries, "m").description).toMatch(/^Unhealthy · /);
    expect(entryOf(entries, "slow")).toMatchObject({ icon: "warning" });
    expect(entryOf(entries, "Auto").icon).toBe("sparkle");
  });

  it("says of an own model that it is loaded first, how large it is and what it may read at most", () => {
    const store = meshWith([placeAt("engine", "own", { modelState: "available" })]);
    store.setModels([modelSummary({ id: "own", sizeBytes: 4_100_000_000, trainedContextTokens: 131_072 })]);
    const { description, icon } = entryOf(entriesOf(store), "own");
    expect(description).toBe("loads first (4.1 GB) · up to 128K · This machine");
    expect(icon).toBe("circle-large-outline");
  });

  it("marks what is asked now, and says of a pin that it is one", () => {
    const store = meshWith([placeAt("engine", "m"), placeAt("gpu", "m")]);
    const entries = entriesOf(store, { chosen: { model: "m", onlyBackends: ["gpu"] } });
    const chosen = entries.filter((entry) => entry.kind === "model" && entry.description.startsWith("chosen"));
    expect(chosen).toHaveLength(1);
    expect(chosen[0]).toMatchObject({ detail: "Asked at gpu box and nowhere else", model: { kind: "pinned" } });
  });

  it("shows names of other machines as one harmless line", () => {
    const name = `$(zap) [x](command:y)\u202e\n${"long ".repeat(200)}`;
    const shown = entriesOf(meshWith([placeAt("gpu", "m", { label: name, reason: name, health: "degraded" })]));
    for (const entry of shown) {
      const text = entry.kind === "group" ? entry.label : `${entry.label}${entry.description}${entry.detail}`;
      expect(text).not.toMatch(/\$\(|\]\(|\u202e|\n/);
      expect(text.length).toBeLessThan(400);
    }
  });
});

describe("the composer's model", () => {
  const shownOf = (store: MeshStore, chosen: ModelChoice | null) => {
    const model = modelToAsk(store, { chosen, fromSettings: "" });
    return model === null ? null : chosenModel(model, english);
  };

  it("says where it is, how fast, and how far a question travels", () => {
    const store = meshWith([placeAt("gpu", "m", { contextTokens: 200_000 })]);
    expect(shownOf(store, null)).toEqual({ label: "m", detail: "gpu box · 200K · Network", health: "healthy" });
  });

  it("says what stands behind a name that stands for others", () => {
    const store = meshWith([placeAt("gpu", "m-7b")]);
    const auto = { label: "Auto", detail: "The node chooses for each question", health: "healthy" };
    expect(shownOf(store, { model: "auto" })).toEqual(auto);
    expect(shownOf(store, { model: "auto#largest" })).toMatchObject({ label: "Largest" });
    expect(shownOf(store, { model: "auto#largest" })?.detail).toMatch(/^m-7b · /);
  });

  it("says that a place is gone to which a conversation keeps", () => {
    const shown = shownOf(meshWith([placeAt("cloud", "m")]), { model: "m", onlyBackends: ["gpu"] });
    expect(shown).toEqual({ label: "m", detail: "It is not there any more", health: "unhealthy" });
  });
});

describe("what a choice is called", () => {
  const store = meshWith([placeAt("engine", "m-3b", { label: "Em" }), placeAt("gpu", "m-3b"), placeAt("gpu", "n-7b")]);
  it.each<[ModelChoice, string]>([
    [{ model: "auto" }, "Auto"],
    [{ model: "auto", strategy: "least-latency" }, "Fastest"],
    [{ model: "auto", privacy: "local" }, "Local Only"],
    [{ model: "m-3b" }, "Em"],
    [{ model: "m-3b", onlyBackends: ["gpu"] }, "m-3b"],
    [{ model: "n-7b", privacy: "lan" }, "n-7b"],
    [{ model: "gone" }, "gone"],
  ])("%j", (choice, name) => expect(choiceName(store, choice, english)).toBe(name));
});

describe("an amount of tokens", () => {
  it.each([
    [512, "512"],
    [2_048, "2K"],
    [4_096, "4K"],
    [32_768, "32K"],
    [131_072, "128K"],
    [128_000, "128K"],
    [200_000, "200K"],
    [1_048_576, "1M"],
    [1_000_000, "1M"],
    [1_500, "1.5K"],
  ])("%d is %s", (tokens, text) => expect(tokenAmount(tokens)).toBe(text));
});
