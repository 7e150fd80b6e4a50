import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { chatBody } from "../support/chat-request.ts";
import { meshRequest } from "../support/mesh-request.ts";
import { RecordingSink } from "../support/recording-sink.ts";
import { ServersUnderTest } from "../support/server-under-test.ts";
import { refuse, StandInAnthropic, startStream } from "../support/stand-in-anthropic/stand-in-anthropic.ts";
import { errorBody, messageStart, modelEntry, printEvent, textStream } from "../support/stand-in-anthropic/wire.ts";
import { TestNode } from "../support/test-node.ts";
import { describeBackend } from "./backend.ts";

const servers = new ServersUnderTest();
const { signal } = new AbortController();
afterAll(() => servers.resources.dispose());

describe("anthropic at a stand-in for the cloud", () => {
  let cloud: StandInAnthropic;
  beforeAll(async () => {
    cloud = await StandInAnthropic.start();
  });
  afterAll(() => cloud.dispose());
  const backend = (key = StandInAnthropic.key, url = cloud.url) =>
    servers.create({ url, id: "claude" }, { kind: "anthropic", key });

  describeBackend(() => ({
    backend: backend(),
    model: "claude-stand-in",
    openRequests: async () => cloud.open,
  }));

  it("reads every page of its list, and what it says of each model", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `claude-${index}`);
    const models = names.map((name) => modelEntry(name));
    const paged = await StandInAnthropic.start({ models, pageSize: 3 });
    try {
      const reader = backend(undefined, paged.url);
      await reader.refresh(signal);
      expect(reader.models().map(({ id }) => id)).toEqual(names);
      expect(paged.received.map(({ path }) => path)).toEqual([
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=claude-2",
        "/v1/models?limit=1000&after_id=claude-5",
      ]);
      expect(reader.models()[0]).toMatchObject({
        contextTokens: 200_000,
        capabilities: ["chat", "tools", "reasoning", "vision"],
      });
    } finally {
      await paged.dispose();
    }
  });

  it("ends a list that has no end", async () => {
    const models = Array.from({ length: 100 }, (_, index) => modelEntry(`claude-${index}`));
    const endless = await StandInAnthropic.start({ models, pageSize: 1 });
    try {
      const reader = backend(undefined, endless.url);
      await reader.refresh(signal);
      expect(reader.models()).toHaveLength(16);
    } finally {
      await endless.dispose();
    }
  });

  it("is asked with its key and the version, and never with a bearer token", async () => {
    await backend().probe("generate", signal);
    expect(cloud.asked?.headers).toMatchObject({
      "x-api-key": StandInAnthropic.key,
      "anthropic-version": "2023-06-01",
    });
    expect(cloud.asked?.headers).not.toHaveProperty("authorization");
    expect(cloud.asked?.path).toBe("/v1/messages");
  });

  it("says that the key is wrong, and never which", async () => {
    const error = await backend("sk-ant-wrong")
      .refresh(signal)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "backend_credentials", params: { status: 401 } });
    expect(String(error)).not.toContain("sk-ant-wrong");
  });

  describe("that fails", () => {
    const ask = async (reply: StandInAnthropic["reply"], stream = true) => {
      const sink = new RecordingSink();
      cloud.reply = reply;
      try {
        const answered = backend().forward(meshRequest(chatBody("claude-stand-in", { stream })), sink, signal);
        return { sink, error: await answered.then(() => undefined).catch((reason: unknown) => reason) };
      } finally {
        cloud.reply = undefined;
      }
    };

    it.each([
      [529, "overloaded_error", "backend_busy"],
      [429, "rate_limit_error", "backend_busy"],
      [401, "authentication_error", "backend_credentials"],
      [403, "permission_error", "backend_credentials"],
      [400, "invalid_request_error", "backend_rejected"],
      [413, "request_too_large", "backend_rejected"],
      [500, "api_error", "backend_failed"],
    ])("with %i %s says %s, and nothing reaches the client", async (status, type, code) => {
      const { sink, error } = await ask((response) => refuse(response, status, type, "model words"));
      expect(error).toMatchObject({ code });
      expect(sink.calls).toEqual([]);
    });

    it("with 404 for a model says that it has none", async () => {
      const { error } = await ask((response) => refuse(response, 404, "not_found_error", "model: claude-stand-in"));
      expect(error).toMatchObject({ code: "backend_model_missing" });
    });

    it("with a web page says so", async () => {
      const { sink, error } = await ask((response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
      });
      expect(error).toMatchObject({ code: "backend_protocol" });
      expect(sink.calls).toEqual([]);
    });

    it("with an error event before its first word leaves the client free for another place", async () => {
      const { sink, error } = await ask((response) => {
        startStream(response);
        response.end(printEvent(messageStart("m")) + printEvent(errorBody("overloaded_error", "Overloaded")));
      });
      expect(error).toMatchObject({ code: "backend_busy" });
      expect(sink.calls).toEqual([]);
    });

    it("with an error event amid its words throws it", async () => {
      const { sink, error } = await ask((response) => {
        startStream(response);
        const words = textStream("m").slice(0, 4).map(printEvent);
        response.write(words.join(""), () =>
          setImmediate(() => response.end(printEvent(errorBody("api_error", "no")))),
        );
      });
      expect(error).toMatchObject({ code: "backend_failed" });
      expect(sink.count("end")).toBe(0);
    });

    it("with an answer that is no message says so", async () => {
      const { sink, error } = await ask((response) => {
        response.writeHead(200, { "content-type": "application/json" }).end('{"choices":[]}');
      }, false);
      expect(error).toMatchObject({ code: "backend_protocol" });
      expect(sink.calls).toEqual([]);
    });
  });
});

// The other side is a node of ours with a real engine, which speaks this dialect itself.
describe("anthropic at a real gateway", () => {
  let node: TestNode;
  let url: string;
  beforeAll(async () => {
    node = await TestNode.create({ models: [inject("models").tiny] });
    await node.attach();
    url = (await node.status()).gateway.url;
  });
  afterAll(() => node.dispose());

  describeBackend(() => ({
    backend: servers.create({ url, id: "claude" }, { kind: "anthropic", key: node.key }),
    model: "tiny",
    openRequests: async () => (await node.status()).openRequests,
  }));
});
