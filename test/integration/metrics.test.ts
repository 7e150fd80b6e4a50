import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiKeyScope } from "../../contract/mesh/api-key.ts";
import { keysCreate } from "../../contract/rpc/keys.ts";
import { chatBody, post } from "../support/chat-request.ts";
import { type ParsedSample, parseExposition } from "../support/parse-exposition.ts";
import { createRoutedNode, untilListed } from "../support/routed-node.ts";
import { listOf, StandInServer, status } from "../support/stand-in-server.ts";
import type { TestNode } from "../support/test-node.ts";

let node: TestNode;
let good: StandInServer;
let bad: StandInServer;

const answer = {
  id: "c1",
  object: "chat.completion",
  created: 1,
  model: "m1",
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
};

async function read(key: string | null, origin?: string) {
  const { gateway } = await node.status();
  const headers = key === null ? {} : { authorization: `Bearer ${key}` };
  return await fetch(`${origin ?? gateway.url}/metrics`, { headers });
}
const makeKey = async (name: string, scopes?: ApiKeyScope[]): Promise<string> => {
  const connection = await node.connect();
  const settings = scopes === undefined ? {} : { scopes };
  const { key } = await connection.request(keysCreate, { name, settings });
  connection.dispose();
  return key;
};
const figure = (samples: readonly ParsedSample[], name: string, labels: Record<string, string> = {}) =>
  samples.find((sample) => {
    return sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  })?.value;

beforeAll(async () => {
  good = await StandInServer.start({ "GET /v1/models": listOf({ id: "m1" }) });
  bad = await StandInServer.start({ "GET /v1/models": listOf({ id: "m1" }) });
  bad.replies.set("POST /v1/chat/completions", status(500));
  good.replies.set("POST /v1/chat/completions", (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  node = await createRoutedNode({
    backends: [
      { id: "bad", url: bad.url, priority: 1 },
      { id: "good", url: good.url, priority: 2 },
    ],
    settings: { gateway: { port: 0, keyless: { port: 0 } } },
  });
  await node.attach();
  await untilListed(node, ["m1"]);
});
afterAll(async () => {
  await node.dispose();
  await Promise.all([good.dispose(), bad.dispose()]);
});

it("tells a real node's figures in Prometheus' format (servers are stand-ins)", async () => {
  expect((await post(node, chatBody("m1"))).json.usage.completion_tokens).toBe(3);
  expect((await post(node, chatBody("nobody-has-this"))).json.error.code).toBe("unknown_model");
  const response = await read(node.key);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  const samples = parseExposition(text);
  expect(figure(samples, "inference_mesh_attempts_total", { backend: "good", outcome: "answered" })).toBe(1);
  expect(figure(samples, "inference_mesh_failovers_total")).toBe(1);
  expect(figure(samples, "gen_ai_client_token_usage_sum", { gen_ai_token_type: "output" })).toBe(3);
  expect(figure(samples, "inference_mesh_backend_health", { backend: "good", health: "healthy" })).toBe(1);
  expect(figure(samples, "inference_mesh_connections", { state: "busy" })).toBe(1);
  expect(figure(samples, "inference_mesh_configuration_valid")).toBe(1);
  expect(text).not.toContain("nobody-has-this");
});

it("tells them to keys that were made for it, and to nobody without a key", async () => {
  const { status: withScope } = await read(await makeKey("prometheus", ["metrics"]));
  expect(withScope).toBe(200);
  const refused = await read(await makeKey("tool"));
  expect(refused.status).toBe(403);
  expect(((await refused.json()) as { error: { code: string } }).error.code).toBe("key_scope");
  expect((await read(null)).status).toBe(401);
  expect((await read("im-wrong")).status).toBe(401);
  const { gateway } = await node.status();
  const keyless = await read(null, gateway.keyless?.url ?? "no keyless listener");
  expect(keyless.status).toBe(401);
  const samples = parseExposition(await (await read(node.key)).text());
  expect(figure(samples, "inference_mesh_refusals_total", { error_type: "missing_key" })).toBe(2);
  expect(figure(samples, "inference_mesh_refusals_total", { error_type: "key_scope" })).toBe(1);
});
