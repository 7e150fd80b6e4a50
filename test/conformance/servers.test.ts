import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { BackendEntry } from "../../sidecar/registry/backend-entry.ts";
import { ServersUnderTest } from "../support/server-under-test.ts";
import { TestNode } from "../support/test-node.ts";
import { describeBackend } from "./backend.ts";

// The server is a node of ours with a real engine: the whole way of an answer is real.
const servers = new ServersUnderTest();
let node: TestNode;
let url: string;

beforeAll(async () => {
  node = await TestNode.create({ models: [inject("models").tiny] });
  await node.attach();
  url = (await node.status()).gateway.url;
});
afterAll(async () => {
  await servers.resources.dispose();
  await node.dispose();
});

describe.each(["openai-compatible", "openai", "router", "backend-ai-go"] as const)(
  "%s at a real gateway",
  (kind: BackendEntry["kind"]) => {
    const backend = () => servers.create({ url: `${url}/v1/`, id: kind }, { kind, key: node.key });

    describeBackend(() => ({
      backend: backend(),
      model: "tiny",
      openRequests: async () => (await node.status()).openRequests,
    }));

    it("is found well by each level of probe", async () => {
      const { signal } = new AbortController();
      for (const level of ["port", "models", "generate"] as const) {
        const { networkMs, isLoading } = await backend().probe(level, signal);
        expect(networkMs).toBeGreaterThan(0);
        expect(isLoading).toBe(false);
      }
    });

    it("is local, and so says how far a prompt travels", () => expect(backend().privacy).toBe("local"));

    it("says that the key is wrong", async () => {
      const stranger = servers.create({ url }, { kind, key: "im-wrong" });
      const { signal } = new AbortController();
      await expect(stranger.refresh(signal)).rejects.toMatchObject({ code: "backend_credentials" });
      expect(stranger.health()).toMatchObject({ health: "unhealthy" });
    });
  },
);

describe("router at a real gateway", () => {
  it("learns what the models are, and who serves them", async () => {
    const backend = servers.create({ url }, { kind: "router", key: node.key });
    await backend.probe("models", new AbortController().signal);
    const { id } = await node.status();
    expect(backend.nodeId).toBe(id);
    const tiny = backend.models().find((model) => model.id === "tiny");
    expect(tiny).toMatchObject({
      artifact: expect.stringMatching(/^(sha256|file):/),
      contextTokens: expect.any(Number),
      capacity: 4,
      privacy: "local",
      path: [id],
    });
  });
});
