import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chatBody } from "../../support/chat-request.ts";
import { meshRequest } from "../../support/mesh-request.ts";
import { OllamaStandIn } from "../../support/ollama-stand-in.ts";
import { RecordingSink } from "../../support/recording-sink.ts";
import { testNodeId } from "../../support/server-under-test.ts";
import { status } from "../../support/stand-in-server.ts";

const never = new AbortController().signal;
let ollama: OllamaStandIn;

beforeEach(async () => {
  ollama = await OllamaStandIn.start();
});
afterEach(() => ollama.dispose());

describe("the models of a recorded Ollama server", () => {
  it("are known by digest, context, abilities and whether they are loaded", async () => {
    const backend = ollama.backend();
    await backend.refresh(never);
    expect(backend.models()).toMatchObject([
      {
        id: "demo:latest",
        artifact: expect.stringMatching(/^sha256:418e52d7/),
        state: "loaded",
        contextTokens: 4096,
        capabilities: ["chat"],
      },
      { id: "slow:latest", state: "available", contextTokens: 512, capabilities: ["chat", "tools"] },
    ]);
    expect(backend.paths).toEqual(["/v1/chat/completions", "/v1/completions", "/v1/embeddings"]);
  });

  it("are asked for once as long as their files are the same", async () => {
    const backend = ollama.backend();
    for (let look = 0; look < 3; look++) await backend.probe("models", never);
    expect(ollama.server.received.filter(({ path }) => path === "/api/show").length).toBe(2);
  });

  it("are well without lists of what is loaded and without details, as with older or other servers", async () => {
    for (const path of ["GET /api/ps", "POST /api/show", "GET /api/version"]) ollama.server.replies.delete(path);
    const backend = ollama.backend();
    await backend.refresh(never);
    expect(backend.models("demo:latest")).toMatchObject([{ state: null, contextTokens: null, capabilities: null }]);
  });

  it("go to a cloud when the server itself asks one", async () => {
    const models = [{ name: "big:cloud", model: "big:cloud", digest: "", remote_host: "https://ollama.com:443" }];
    ollama.server.replies.set("GET /api/tags", status(200, { models }));
    const backend = ollama.backend();
    await backend.refresh(never);
    expect(backend.privacy).toBe("local");
    expect(backend.models()).toMatchObject([{ id: "big:cloud", privacy: "cloud", artifact: null }]);
  });

  it.each(["0.5.1", "0.12.5"])("are none of version %s, which cuts prompts whatever it is told", async (version) => {
    ollama.server.replies.set("GET /api/version", status(200, { version }));
    await expect(ollama.backend().refresh(never)).rejects.toMatchObject({
      code: "backend_protocol",
      params: { problem: expect.stringContaining("0.12.6") },
    });
  });

  it("are another node's when it says so, which is told where a request has been and how far it may go", async () => {
    ollama.server.replies.set("GET /api/version", status(200, { version: "0.9.0", inference_mesh: "1.0.0" }));
    const backend = ollama.backend();
    await backend.refresh(never);
    await ollama.chat({}, backend);
    expect(ollama.server.received.at(-1)?.headers).toMatchObject({
      "x-mesh-path": testNodeId,
      "x-mesh-privacy": "cloud",
    });
    const request = { ...meshRequest(chatBody("demo:latest")), meshPath: [testNodeId] };
    await expect(backend.forward(request, new RecordingSink(), never)).rejects.toMatchObject({ code: "request_loop" });
    const stranger = ollama.backend();
    await ollama.chat({}, stranger);
    expect(ollama.server.received.at(-1)?.headers["x-mesh-path"]).toBeUndefined();
  });

  it.each(["/api", "/api/", "/api/tags", "/api/show", "/v1", "/"])("are found at an address with %s", async (path) => {
    const backend = ollama.backend({ url: `${ollama.server.url}${path}` });
    await backend.refresh(never);
    expect(backend.models().length).toBe(2);
  });

  it.each([
    ["a web page", "<html>", { "content-type": "text/html" }],
    ["no JSON", "{", {}],
    ["another list", { data: [] }, {}],
    ["no list", { models: 7 }, {}],
  ])("are an error where the list is %s", async (_what, body, headers) => {
    ollama.server.replies.set("GET /api/tags", status(200, body, headers as Record<string, string>));
    await expect(ollama.backend().refresh(never)).rejects.toMatchObject({ code: "backend_protocol" });
  });
});
