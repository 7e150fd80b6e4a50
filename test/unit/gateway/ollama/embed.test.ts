import { describe, expect, it } from "vitest";
import type { ModelAwareRoute, ModelView } from "../../../../sidecar/gateway/dialects/dialect.ts";
import { ollamaEmbed, ollamaEmbeddings } from "../../../../sidecar/gateway/dialects/ollama/embed-routes.ts";
import { FakeBackend } from "../../../support/fake-backend.ts";
import { RecordingSink } from "../../../support/recording-sink.ts";

const models: ModelView = {
  backends: [new FakeBackend({ models: ["m"], contextTokens: 4096 })],
  names: async () => ["m"],
};

/** What is asked of the router, and what the client gets for this answer. */
async function exchange(request: object, answer: unknown, route: ModelAwareRoute = ollamaEmbed) {
  const { path, body, wrap } = await route.translate(Buffer.from(JSON.stringify(request)), models);
  const client = new RecordingSink();
  const sink = wrap(client);
  sink.begin({ status: 200, contentType: "application/json" });
  sink.write(Buffer.from(JSON.stringify(answer)));
  sink.end();
  return { path, sent: JSON.parse(body.toString("utf8")), got: JSON.parse(client.text) };
}
const vector = (index: number, ...embedding: number[]) => ({ index, embedding });

describe("vectors in Ollama's dialect", () => {
  it("are those of the texts in their order, whatever the order of the answer", async () => {
    const request = { model: "m:latest", input: ["a", "b"], dimensions: 2, truncate: false, keep_alive: "5m" };
    const answer = { model: "m", data: [vector(1, 3, 4), vector(0, 1, 2)], usage: { prompt_tokens: 5 } };
    const { path, sent, got } = await exchange(request, answer);
    expect(path).toBe("/v1/embeddings");
    expect(sent).toEqual({ model: "m", input: ["a", "b"], dimensions: 2, encoding_format: "float" });
    expect(got).toMatchObject({
      model: "m",
      embeddings: [
        [1, 2],
        [3, 4],
      ],
      prompt_eval_count: 5,
      load_duration: 0,
    });
  });

  it("of one text are told as older clients read them", async () => {
    const { sent, got } = await exchange({ model: "m", prompt: "a" }, { data: [vector(0, 1)] }, ollamaEmbeddings);
    expect(sent).toMatchObject({ input: "a" });
    expect(got).toEqual({ embedding: [1] });
  });

  it.each<[string, unknown]>([
    ["is no list", { data: "x" }],
    ["has too few", { data: [vector(0, 1)] }],
    ["has texts instead of numbers", { data: [{ embedding: ["1"] }, { embedding: ["2"] }] }],
  ])("are an error where the answer %s", async (_name, answer) => {
    await expect(exchange({ model: "m", input: ["a", "b"] }, answer)).rejects.toMatchObject({
      code: "backend_protocol",
    });
  });

  it.each<[string, object]>([
    ["input", { input: "" }],
    ["options.num_ctx", { options: { num_ctx: 9999 } }],
    ["options.temperature", { options: { temperature: 1 } }],
    ["truncate", { truncate: true }],
    ["mystery", { mystery: 1 }],
  ])("are refused by name for %s", async (field, fields) => {
    await expect(exchange({ model: "m", input: "a", ...fields }, {})).rejects.toMatchObject({ params: { field } });
  });
});
