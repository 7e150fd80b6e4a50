import { describe, expect, it } from "vitest";
import { meshDialect } from "../../../../sidecar/backends/server/mesh-dialect.ts";
import { eachOnce, readEntries, readEntry } from "../../../../sidecar/backends/server/model-list.ts";

const self = `node-${"a".repeat(32)}`;
const other = `node-${"b".repeat(32)}`;
const third = `node-${"c".repeat(32)}`;
const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const models = (value: unknown) =>
  eachOnce(
    readEntries(bytes(value), "server")
      .data.map(readEntry)
      .filter((model) => model !== undefined),
  );

describe("a model list", () => {
  it("is read with the context in each server's own field", () => {
    const data = [
      { id: "vllm", max_model_len: 4096, owned_by: "vllm", root: "/models/x" },
      { id: "openrouter", context_length: 8192 },
      { id: "llama", meta: { n_ctx: 2048, n_ctx_train: 131_072 } },
      { id: "llama-train", meta: { n_ctx_train: 131_072 } },
      { id: "silent" },
    ];
    expect(models({ object: "list", data }).map(({ id, contextTokens }) => [id, contextTokens])).toEqual([
      ["vllm", 4096],
      ["openrouter", 8192],
      ["llama", 2048],
      ["llama-train", 131_072],
      ["silent", null],
    ]);
  });

  it("says which models are loaded where the server does", () => {
    const data = ["unloaded", "loading", "loaded", "sleeping", 5].map((value, index) => ({
      id: `m${index}`,
      status: { value },
    }));
    expect(models({ data }).map(({ state }) => state)).toEqual(["available", "loading", "loaded", null, null]);
  });

  it.each([
    ["a command to a terminal", "\u001b]0;x\u0007"],
    ["a mark that turns text around", "m\u202egnp"],
    ["half a character", "m\ud800"],
  ])("has no model whose name holds %s, and none that is said to be such a thing", (_what, text) => {
    expect(models({ data: [{ id: text }, { id: "m" }] }).map(({ id }) => id)).toEqual(["m"]);
    const mesh = { artifact: text, contextTokens: null, privacy: "lan", path: [] };
    const list = meshDialect({ nodeId: self, privacy: "lan" }).readList(bytes({ data: [{ id: "m", mesh }] }), "b");
    expect(list.models).toMatchObject([{ id: "m", artifact: null, privacy: "lan" }]);
  });

  it("keeps nothing but known fields, and each name once", () => {
    const [model, ...others] = models({
      data: [
        { id: "a", secret: "x" },
        { id: "a", max_model_len: 1 },
      ],
    });
    expect(others).toEqual([]);
    expect(Object.keys(model ?? {}).sort()).toEqual([
      "artifact",
      "capabilities",
      "capacity",
      "contextTokens",
      "displayName",
      "id",
      "ownedBy",
      "reported",
      "state",
    ]);
  });

  it("loses entries that are none, and fields that are none", () => {
    const data = [
      null,
      1,
      "a",
      {},
      { id: "" },
      { id: 5 },
      { id: "x".repeat(257) },
      { id: "a\u001b[2J" },
      { id: "a\u202eb" },
      { id: "good", max_model_len: "many", context_length: -1, owned_by: 7, meta: 3 },
    ];
    expect(models({ data })).toMatchObject([{ id: "good", contextTokens: null, ownedBy: null }]);
  });

  it("is cut at some thousands of models", () => {
    const data = Array.from({ length: 10_000 }, (_, index) => ({ id: `m${index}` }));
    expect(models({ data })).toHaveLength(4096);
  });

  it.each(["", "<html></html>", "null", "[]", "{}", '{"data":{}}', '{"data":"x"}', '{"data":['])(
    "is none: %s",
    (text) => expect(() => models(text)).toThrow(expect.objectContaining({ code: "backend_protocol" })),
  );
});

describe("another node's model list", () => {
  const dialect = meshDialect({ nodeId: self, privacy: "lan" });
  const mesh = {
    artifact: "sha256:x",
    contextTokens: 4096,
    capabilities: ["chat", "telepathy"],
    loaded: true,
    openRequests: 2,
    waiting: 1,
    capacity: 4,
    privacy: "local",
    path: [],
    secret: "dropped",
  };
  const read = (data: readonly unknown[], node: unknown = other) => dialect.readList(bytes({ node, data }), "server");

  it("tells what a model is, how busy it is and who serves it", () => {
    expect(read([{ id: "a", mesh }])).toMatchObject({
      nodeId: other,
      models: [
        {
          id: "a",
          artifact: "sha256:x",
          contextTokens: 4096,
          capabilities: ["chat"],
          state: "loaded",
          capacity: 4,
          reported: { queue: 1, running: 2, cacheUse: null },
          path: [other],
        },
      ],
    });
  });

  it("never makes a way shorter than it is: what is local there is not local here", () => {
    expect(read([{ id: "a", mesh }]).models[0]?.privacy).toBe("lan");
    expect(read([{ id: "a", mesh: { ...mesh, privacy: "cloud" } }]).models[0]?.privacy).toBe("cloud");
    expect(read([{ id: "a", mesh: { ...mesh, privacy: "moon" } }]).models[0]?.privacy).toBe("cloud");
  });

  it("loses what comes back to this node, and what is too far away", () => {
    const at = (path: readonly string[]) => read([{ id: "a", mesh: { ...mesh, path } }]).models.length;
    expect(at([third])).toBe(1);
    expect(at([self])).toBe(0);
    expect(at([third, self])).toBe(0);
    expect(at([third, third.replace("c", "d")])).toBe(1);
    expect(at([third, third.replace("c", "d"), third.replace("c", "e")])).toBe(0);
  });

  it("is refused when it is this node's own", () => {
    expect(() => read([], self)).toThrow(
      expect.objectContaining({ params: expect.objectContaining({ problem: "this is this node itself" }) }),
    );
  });

  it("of a stranger, without any of this, is a plain list", () => {
    expect(read([{ id: "a" }, { id: "b", mesh: 5 }], "somebody")).toMatchObject({
      nodeId: null,
      models: [
        { id: "a", artifact: null },
        { id: "b", artifact: null },
      ],
    });
  });

  const headers = (meshPath: readonly string[]) =>
    dialect.headers({ meshPath, privacy: "lan", caller: { client: "test", priority: "background" } });

  it("is told how far the prompt may go, and whether somebody waits for the answer", () => {
    expect(headers([])).toContainEqual(["x-mesh-privacy", "lan"]);
    expect(headers([])).toContainEqual(["x-mesh-priority", "background"]);
  });

  it("is asked with the way that the request has come", () => {
    expect(headers([])).toContainEqual(["x-mesh-path", self]);
    expect(headers([other, third])).toContainEqual(["x-mesh-path", `${other},${third},${self}`]);
    for (const meshPath of [
      [other, third, third],
      [other, self],
    ]) {
      expect(() => headers(meshPath)).toThrow(expect.objectContaining({ code: "request_loop" }));
    }
  });
});
