import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProgramId } from "../../../../contract/mesh/server-program.ts";
import { ServersUnderTest, type ServerUnderTestOptions } from "../../../support/server-under-test.ts";
import { standInPrograms } from "../../../support/stand-in-programs.ts";
import { listOf, type Reply, StandInServer, status } from "../../../support/stand-in-server.ts";

const never = new AbortController().signal;
let server: StandInServer;
let servers: ServersUnderTest;

beforeEach(async () => {
  server = await StandInServer.start();
  servers = new ServersUnderTest();
});
afterEach(async () => {
  await servers.resources.dispose();
  await server.dispose();
});

type StandIn = keyof typeof standInPrograms;

const become = (program: StandIn, others: Readonly<Record<string, Reply>> = {}): void => {
  server.replies.clear();
  const replies: Readonly<Record<string, Reply>> = { ...standInPrograms[program], ...others };
  for (const [path, reply] of Object.entries(replies)) server.replies.set(path, reply);
};

async function seen(options: ServerUnderTestOptions = {}) {
  const backend = servers.create({ url: server.url }, options);
  await backend.probe("models", never);
  return { program: backend.program, model: backend.models()[0], backend };
}

const asked = (): string[] => server.received.map(({ path }) => path);

/** What each is recognised as, and what its model is said to be. */
const expected: Readonly<Record<StandIn, { version: string | null; model: object }>> = {
  vllm: {
    version: "0.11.0",
    model: { contextTokens: 4096, reported: { running: 5, queue: 4, cacheUse: 0.5 }, capacity: null, state: null },
  },
  sglang: {
    version: "0.5.4",
    model: { contextTokens: 8192, reported: { running: 1, queue: 7, cacheUse: 0.75 }, capabilities: null },
  },
  "llama.cpp": {
    version: "b1-04b0a24",
    model: { contextTokens: 1024, reported: { running: 1, queue: null, cacheUse: null }, capacity: 2 },
  },
  mlx: { version: null, model: { contextTokens: null, reported: null, state: null } },
  "lm-studio": {
    version: null,
    model: { contextTokens: 4096, state: "loaded", capabilities: ["chat", "vision", "tools"], reported: null },
  },
  localai: { version: "v2.26.0 (a1b2c3d4)", model: { state: "available", reported: null } },
  tgi: {
    version: "3.3.6",
    model: {
      contextTokens: 2048,
      capacity: 128,
      reported: { running: 3, queue: 5, cacheUse: null },
      artifact: "hf:m@0123456789abcdef0123456789abcdef01234567+float16",
    },
  },
  llamafactory: { version: null, model: { contextTokens: null, reported: null, state: null } },
  ollama: { version: "0.12.6", model: { reported: null } },
  litellm: { version: null, model: { reported: null } },
  "continuum-router": { version: null, model: { reported: null } },
};

describe.each(Object.keys(expected) as StandIn[])("a stand-in for %s", (id) => {
  const kind = id === "continuum-router" || id === "litellm" ? "router" : "openai-compatible";

  it("is recognised, with its version, its load and what its model is, as far as it tells", async () => {
    become(id);
    const { program, model } = await seen({ kind });
    expect(program).toEqual({ id, version: expected[id].version });
    expect(model).toMatchObject({ id: "m", health: "healthy", ...expected[id].model });
    expect(JSON.stringify(model)).not.toContain("secret");
  });

  it("is none the worse when it answers nothing but its list, or answers with nonsense", async () => {
    for (const nonsense of [status(404), status(200, "<html>", { "content-type": "text/html" }), status(200, "[1]")]) {
      become(id);
      for (const path of server.replies.keys()) if (path !== "GET /v1/models") server.replies.set(path, nonsense);
      const { model, backend } = await seen({ kind });
      expect(model).toMatchObject({ id: "m", health: "healthy", reported: null });
      expect(backend.health().health).toBe("healthy");
    }
  });

  it("is asked once what stays, and nothing that computes a token", async () => {
    become(id);
    const { backend } = await seen({ kind });
    const once = asked();
    await backend.probe("models", never);
    const again = asked().slice(once.length);
    expect(again.length).toBeLessThanOrEqual(3);
    expect(asked().filter((path) => /generate|completions|embeddings/.test(path))).toEqual([]);
    expect(again).not.toContain("/version");
    expect(backend.program?.id).toBe(id);
  });

  it("is asked anew when its models change, and when it was away", async () => {
    become(id);
    const { backend } = await seen({ kind });
    const [about] = asked().filter((path) => path !== "/v1/models");
    const count = () => asked().filter((path) => path === about).length;
    const before = count();
    become(id, { "GET /v1/models": status(500) });
    await expect(backend.probe("models", never)).rejects.toMatchObject({ code: "backend_failed" });
    become(id);
    await backend.probe("models", never);
    if (about !== undefined) expect(count()).toBeGreaterThan(before);
    become("llamafactory", { "GET /v1/models": listOf({ id: "other", owned_by: "owner" }) });
    await backend.probe("models", never);
    expect(backend.program).toEqual({ id: "llamafactory", version: null });
  });
});

describe("a stand-in server that says that it could not answer, although it has a list", () => {
  it.each<[ProgramId & StandIn]>([["vllm"], ["tgi"]])("is ill as %s, until it says otherwise", async (id) => {
    become(id, { "GET /health": status(503) });
    const backend = servers.create({ url: server.url });
    await expect(backend.probe("models", never)).rejects.toMatchObject({ code: "backend_failed" });
    expect(backend.health().health).toBe("unhealthy");
    become(id);
    await backend.probe("models", never);
    expect(backend.health().health).toBe("healthy");
  });

  it("loads as sglang, whose /health_generate is left alone", async () => {
    become("sglang", { "GET /health": status(503) });
    const backend = servers.create({ url: server.url });
    expect(await backend.probe("models", never)).toMatchObject({ isLoading: true });
    expect(backend.health().health).toBe("loading");
    expect(asked()).not.toContain("/health_generate");
  });

  it.each([404, 405, 500])("is well where its /health answers %i: only 503 says anything", async (code) => {
    become("vllm", { "GET /health": status(code) });
    expect((await seen()).model?.health).toBe("healthy");
  });
});

describe("a stand-in's figures", () => {
  it("are read under the older name of vLLM's memory too", async () => {
    become("vllm", { "GET /metrics": status(200, "vllm:gpu_cache_usage_perc 0.5\n") });
    expect((await seen()).model?.reported).toEqual({ running: null, queue: null, cacheUse: 0.5 });
  });

  it("are read from llama-server's /metrics where its /slots are switched off", async () => {
    const metrics = "llamacpp:requests_processing 3\nllamacpp:requests_deferred 4\n";
    become("llama.cpp", { "GET /slots": status(501), "GET /metrics": status(200, metrics) });
    expect((await seen()).model?.reported).toEqual({ running: 3, queue: 4, cacheUse: null });
  });

  it.each(["", "<html>", "vllm:num_requests_running NaN", "vllm:num_requests_running -1", "x 1"])(
    "are none where this is sent: %s",
    async (text) => {
      become("vllm", { "GET /metrics": status(200, text) });
      expect((await seen()).model?.reported).toBeNull();
    },
  );

  it("are none where more is sent than is read, or where they are compressed", async () => {
    become("vllm", { "GET /metrics": status(200, "x".repeat(2 * 1024 * 1024)) });
    expect((await seen()).model?.reported).toBeNull();
    become("vllm", { "GET /metrics": status(200, "vllm:num_requests_running 1", { "content-encoding": "gzip" }) });
    expect((await seen()).model?.reported).toBeNull();
  });

  it("are never more than a share, and each answer's own", async () => {
    become("vllm", { "GET /metrics": status(200, "vllm:kv_cache_usage_perc 7\n") });
    const { backend, model } = await seen();
    expect(model?.reported?.cacheUse).toBe(1);
    server.replies.set("GET /metrics", status(200, "vllm:kv_cache_usage_perc 0.5\n"));
    await backend.probe("models", never);
    expect(backend.models()[0]?.reported?.cacheUse).toBe(0.5);
  });
});

describe("a stranger", () => {
  it("is asked for nothing but its list, and is no program", async () => {
    become("vllm", { "GET /v1/models": listOf({ id: "m", created: 1, owned_by: "somebody" }) });
    expect((await seen()).program).toBeNull();
    expect(asked()).toEqual(["/v1/models"]);
  });

  it("is no program by its word alone where that is not enough", async () => {
    for (const id of ["tgi", "localai", "litellm", "ollama"] as const) {
      server.replies.clear();
      server.replies.set("GET /v1/models", standInPrograms[id]["GET /v1/models"]);
      expect((await seen()).program).toBeNull();
    }
  });

  it("among several owners is none of them", async () => {
    become("vllm", { "GET /v1/models": listOf({ id: "a", owned_by: "vllm" }, { id: "b", owned_by: "sglang" }) });
    expect((await seen()).program).toBeNull();
  });

  it("has no version that would do something to a terminal or fill a page", async () => {
    for (const version of ["1\u001b[2J", "9".repeat(100), "<b>", 7, null]) {
      become("vllm", { "GET /version": status(200, { version }) });
      expect((await seen()).program).toEqual({ id: "vllm", version: null });
    }
  });
});

describe("a stand-in for LM Studio", () => {
  it("tells which models are loaded, also when that changes", async () => {
    become("lm-studio");
    const { backend } = await seen();
    const entry = { id: "m", type: "embeddings", state: "not-loaded", max_context_length: 512, capabilities: 5 };
    become("lm-studio", { "GET /api/v0/models": status(200, { data: [entry, 3, { id: 4 }] }) });
    await backend.probe("models", never);
    const expectedModel = { state: "available", contextTokens: 512, capabilities: ["embeddings"] };
    expect(backend.models()[0]).toMatchObject(expectedModel);
  });
});
