import { describe, expect, it } from "vitest";
import { advertisedModelSchema, modelPlaceSchema } from "../../../contract/mesh/advertised-model.ts";
import type { Backend, BackendModel } from "../../../sidecar/backends/backend.ts";
import { type ModelListOptions, modelList } from "../../../sidecar/gateway/model-list.ts";
import { FakeBackend } from "../../support/fake-backend.ts";

const node = (letter: string) => `node-${letter.repeat(32)}`;
const self = node("a");

/** A backend with one model, `m`. */
function backend(
  model: Partial<BackendModel>,
  settings: Partial<Backend["settings"]> = {},
  privacy?: Backend["privacy"],
): Backend {
  const fake = new FakeBackend({ models: ["m"], ...(privacy === undefined ? {} : { privacy }) });
  const [base] = fake.models();
  return Object.assign(fake, {
    models: () => [{ ...base, ...model }],
    settings: { isEnabled: true, priority: 0, weight: 1, ...settings },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
const list = (backends: readonly Backend[], ids = ["m"]): any =>
  modelList({ ids, backends, nodeId: self, permit: null, tellsPlaces: false });
const meshOf = (...backends: readonly Backend[]) => list(backends).data[0].mesh;

describe("the gateway's model list", () => {
  it("is OpenAI's, and says which node answers", () => {
    expect(list([], ["fast"])).toEqual({
      object: "list",
      node: self,
      data: [{ id: "fast", object: "model", created: 0, owned_by: "inference-mesh" }],
    });
  });

  it("tells of a model what other nodes may read", () => {
    const mesh = meshOf(
      backend({ artifact: "sha256:x", contextTokens: 8, state: "loaded", capacity: 4, capabilities: ["chat"] }),
    );
    expect(advertisedModelSchema.parse(mesh)).toEqual(mesh);
    expect(mesh).toMatchObject({ artifact: "sha256:x", loaded: true, capacity: 4, privacy: "local", path: [] });
  });

  it("tells other nodes that its own engine's models can be asked for calls and vectors, whatever they were made for", () => {
    const own = (capabilities: BackendModel["capabilities"]) =>
      Object.assign(backend({ capabilities }), { kind: "local-engine" });
    expect(meshOf(own(["chat"])).capabilities).toEqual(["chat", "tools", "embeddings"]);
    expect(meshOf(own(["embeddings"])).capabilities).toEqual(["embeddings"]);
    expect(meshOf(own(null)).capabilities).toBeNull();
    expect(meshOf(backend({ capabilities: ["chat"] })).capabilities).toEqual(["chat"]);
  });

  it("tells clients of each place: whose it is, how far away, and what it can do", () => {
    const far = Object.assign(backend({ contextTokens: 9, path: [node("b"), node("c")], privacy: "cloud" }), {
      id: "far",
    });
    const own = backend({ state: "loaded", capabilities: ["chat"] });
    const options = { ids: ["m"], backends: [far, own], nodeId: self, permit: null };
    const [entry] = modelList({ ...options, tellsPlaces: true }).data;
    expect(entry?.places).toEqual([
      expect.objectContaining({ backend: "far", node: node("c"), privacy: "cloud", contextTokens: 9, loaded: null }),
      expect.objectContaining({ node: self, privacy: "local", capabilities: ["chat"], loaded: true }),
    ]);
    expect(modelPlaceSchema.array().parse(entry?.places)).toEqual(entry?.places);
    expect(modelList({ ...options, tellsPlaces: false }).data[0]).not.toHaveProperty("places");
  });

  it("tells of several places what they have in common: no artifact where it differs, the widest label, the shortest way", () => {
    const near = backend({ artifact: "x", contextTokens: 4096, capacity: 4, openRequests: 1 });
    const far = backend(
      { artifact: "y", contextTokens: 2048, capacity: 8, openRequests: 2, path: [node("b")] },
      {},
      "cloud",
    );
    expect(meshOf(far, near)).toMatchObject({
      artifact: null,
      contextTokens: 2048,
      capacity: 12,
      openRequests: 3,
      privacy: "cloud",
      path: [],
    });
  });

  it("tells a model's own label where it is wider than its backend's", () => {
    expect(meshOf(backend({ privacy: "cloud" }, {}, "lan")).privacy).toBe("cloud");
  });

  it("tells nothing of what is too far away or switched off", () => {
    const path = (length: number) => Array.from({ length }, (_, index) => node(String(index + 1)));
    expect(meshOf(backend({ path: path(2) })).path).toHaveLength(2);
    expect(meshOf(backend({ path: path(3) }))).toBeUndefined();
    expect(meshOf(backend({}, { isEnabled: false }))).toBeUndefined();
  });

  it("names to a key only what it may ask for, and tells of no place that its prompts do not reach", () => {
    const near = backend({ openRequests: 1 });
    const cloud = backend({ openRequests: 2 }, {}, "cloud");
    const only = backend({ id: "far" }, {}, "cloud");
    const seen = (permit: ModelListOptions["permit"]) => {
      const options = { ids: ["fast", "m", "far"], backends: [near, cloud, only], nodeId: self, permit };
      // biome-ignore lint/suspicious/noExplicitAny: what clients see is JSON
      const { data }: any = modelList({ ...options, tellsPlaces: false });
      // biome-ignore lint/suspicious/noExplicitAny: the same
      return data.map(({ id, mesh }: any) => [id, mesh?.openRequests ?? null, mesh?.privacy ?? null]);
    };
    expect(seen({ models: null, privacy: "lan" })).toEqual([
      ["fast", null, null],
      ["m", 1, "local"],
    ]);
    expect(seen({ models: ["m", "nowhere"], privacy: null })).toEqual([["m", 3, "cloud"]]);
    expect(seen({ models: ["far"], privacy: "lan" })).toEqual([]);
  });
});
