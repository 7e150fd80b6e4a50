import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConfigurationState } from "../../../contract/mesh/configuration-state.ts";
import type { RequestRecord } from "../../../contract/mesh/routing.ts";
import { metricTable } from "../../../sidecar/metrics/metric-table.ts";
import { NodeMetrics } from "../../../sidecar/metrics/node-metrics.ts";
import { Emitter } from "../../../sidecar/platform/emitter.ts";
import { type ParsedSample, parseExposition } from "../../support/parse-exposition.ts";
import { requestRecord } from "../../support/request-record.ts";

function open({ backends = ["a"], models = [] as { id: string; memoryBytes: number | null }[] } = {}) {
  const finished = new Emitter<RequestRecord>();
  const waited = new Emitter<number>();
  const changed = new Emitter<unknown>();
  const stated = new Emitter<ConfigurationState>();
  const standing = {
    health: "healthy",
    reason: null,
    since: 0,
    share: 1,
    networkMs: null,
    retryAfterMs: null,
  } as const;
  const metrics = new NodeMetrics({
    router: {
      onDidFinish: finished.event,
      openRequests: 2,
      backends: backends.map((id) => ({ id, kind: "openai-compatible" })),
    },
    queue: { waiting: 3, onDidEndWait: waited.event },
    health: { standingOf: () => ({ ...standing, rejection: "circuit-open" }), inFlight: () => 1 },
    engines: { models: models.map((model) => ({ ...model, state: "loaded" })) },
    configuration: {
      state: { problem: null, needsRestart: [] },
      onDidChange: changed.event,
      onDidChangeState: stated.event,
    },
    connections: () => ({ busy: 4, idle: 5 }),
    version: "1.2.3",
  });
  const read = (): ParsedSample[] => parseExposition(metrics.print());
  const figure = (name: string, labels: Record<string, string> = {}): number | undefined =>
    read().find((sample) => {
      return sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
    })?.value;
  return { metrics, finished, waited, changed, stated, read, figure };
}

const streamed = (more: Partial<RequestRecord> = {}): RequestRecord =>
  requestRecord({
    stream: true,
    firstByteMs: 50,
    totalMs: 1050,
    usage: { promptTokens: 20, cachedTokens: null, completionTokens: 11 },
    ...more,
  });

describe("the figures", () => {
  it("follow the format's grammar and hold every metric of the table, before anything has happened", () => {
    const { metrics, read } = open();
    expect(read().length).toBeGreaterThan(10);
    for (const name of Object.keys(metricTable)) expect(metrics.print()).toContain(`# TYPE ${name} `);
  });

  it("count a streamed answer where it belongs", () => {
    const { finished, figure } = open();
    finished.fire(streamed());
    const { model } = requestRecord().answeredBy ?? { model: "" };
    const operation = {
      gen_ai_operation_name: "chat",
      gen_ai_provider_name: "openai-compatible",
      gen_ai_request_model: model,
      gen_ai_response_model: model,
    };
    expect(figure("gen_ai_server_request_duration_seconds_sum", operation)).toBe(1.05);
    expect(figure("gen_ai_server_request_duration_seconds_bucket", { ...operation, le: "0.64" })).toBe(0);
    expect(figure("gen_ai_server_request_duration_seconds_bucket", { ...operation, le: "1.28" })).toBe(1);
    expect(figure("gen_ai_server_time_to_first_token_seconds_sum", operation)).toBe(0.05);
    expect(figure("gen_ai_server_time_per_output_token_seconds_sum", operation)).toBe(0.1);
    expect(figure("gen_ai_client_token_usage_sum", { ...operation, gen_ai_token_type: "input" })).toBe(20);
    expect(figure("gen_ai_client_token_usage_sum", { ...operation, gen_ai_token_type: "output" })).toBe(11);
    expect(figure("inference_mesh_requests_total", { outcome: "answered", backend: "a" })).toBe(1);
  });

  it("tell failures and failovers by their codes", () => {
    const { finished, figure } = open();
    const attempt = { model: "m", ms: 1 };
    finished.fire(
      streamed({
        attempts: [
          { ...attempt, backend: "b", outcome: "backend_timeout" },
          { ...attempt, backend: "a", outcome: "answered" },
        ],
      }),
    );
    finished.fire(streamed({ error: "cancelled" }));
    finished.fire(streamed({ error: "backend_unreachable", answeredBy: null, firstByteMs: null, usage: null }));
    expect(figure("inference_mesh_attempts_total", { backend: "b", outcome: "backend_timeout" })).toBe(1);
    expect(figure("inference_mesh_failovers_total")).toBe(1);
    expect(figure("inference_mesh_requests_total", { outcome: "cancelled" })).toBe(1);
    expect(figure("inference_mesh_requests_total", { outcome: "failed", error_type: "backend_unreachable" })).toBe(1);
    expect(figure("gen_ai_server_time_to_first_token_seconds_count")).toBe(1);
  });

  it("say what is now: backends, queue, engines, connections, configuration", () => {
    const { metrics, waited, changed, stated, figure } = open({ models: [{ id: "m", memoryBytes: 1000 }] });
    waited.fire(2500);
    metrics.refused("wrong_key");
    changed.fire(undefined);
    stated.fire({ problem: { line: 1, column: 1, reason: "no" }, needsRestart: [] });
    stated.fire({ problem: null, needsRestart: [] });
    expect(figure("inference_mesh_backend_health", { backend: "a", health: "healthy" })).toBe(1);
    expect(figure("inference_mesh_backend_health", { backend: "a", health: "unhealthy" })).toBe(0);
    expect(figure("inference_mesh_backend_breaker_open", { backend: "a" })).toBe(1);
    expect(figure("inference_mesh_queue_wait_seconds_sum")).toBe(2.5);
    expect(figure("inference_mesh_refusals_total", { error_type: "wrong_key" })).toBe(1);
    expect(figure("inference_mesh_engine_memory_bytes", { gen_ai_request_model: "m" })).toBe(1000);
    expect(figure("inference_mesh_connections", { state: "idle" })).toBe(5);
    expect(figure("inference_mesh_configuration_changes_total", { outcome: "applied" })).toBe(1);
    expect(figure("inference_mesh_configuration_changes_total", { outcome: "refused" })).toBe(1);
    expect(figure("inference_mesh_build_info", { version: "1.2.3" })).toBe(1);
    expect(figure("process_resident_memory_bytes")).toBeGreaterThan(1e6);
  });
});

describe("labels", () => {
  it("hold no client's name, and nothing of what a client wrote that nobody here knows", () => {
    const { metrics, finished } = open();
    const explanation = {
      ...requestRecord().explanation,
      asked: "a secret plan",
      alias: null,
      ranked: [],
      rejected: [],
    };
    finished.fire(
      streamed({ client: "ci-of-anna", explanation, answeredBy: null, attempts: [], error: "unknown_model" }),
    );
    expect(metrics.print()).not.toMatch(/secret plan|anna/);
    expect(metrics.print()).toContain('gen_ai_request_model="unknown"');
  });

  it("stay readable whatever servers call their models", () => {
    const name = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 5 }), (names) => {
        const { finished, read } = open({ backends: [] });
        for (const model of names) finished.fire(streamed({ answeredBy: { backend: "a", model, artifact: null } }));
        const models = read().filter((sample) => sample.name === "gen_ai_server_request_duration_seconds_count");
        for (const { labels } of models) expect(labels.gen_ai_response_model?.length).toBeLessThanOrEqual(200);
      }),
    );
  });

  it("are bounded in number, however many models there are, and nothing goes uncounted", () => {
    const { finished, read } = open();
    for (let number = 0; number < 500; number++) {
      finished.fire(streamed({ answeredBy: { backend: "a", model: `m${number}`, artifact: null } }));
    }
    const counts = read().filter(({ name }) => name === "gen_ai_server_request_duration_seconds_count");
    expect(counts).toHaveLength(201);
    expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(500);
    expect(counts.at(-1)).toMatchObject({ labels: { gen_ai_request_model: "other" }, value: 300 });
  });
});
