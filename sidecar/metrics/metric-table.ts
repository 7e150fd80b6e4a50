/** What is said of one metric. docs/METRICS.md holds the same table, and a test holds the two together. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  /** One line; units are in the name. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, ascending, without +Inf. */
  readonly buckets?: readonly number[];
}

const operation = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model"];
/** As OpenTelemetry's GenAI conventions advise. */
const durationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const firstTokenBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const perTokenBuckets = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const tokenBuckets = Array.from({ length: 14 }, (_, power) => 4 ** power);

const define = <T extends Record<string, MetricDefinition>>(table: T): T => table;

/** Every metric, once. Labels hold only names of the configuration and of what backends offer, never what a client wrote. */
export const metricTable = define({
  gen_ai_server_request_duration_seconds: {
    type: "histogram",
    help: "From the request to the last byte of its answer, waiting and loading included.",
    labels: [...operation, "error_type"],
    buckets: durationBuckets,
  },
  gen_ai_server_time_to_first_token_seconds: {
    type: "histogram",
    help: "From the request to the first byte of a streamed answer that was whole.",
    labels: operation,
    buckets: firstTokenBuckets,
  },
  gen_ai_server_time_per_output_token_seconds: {
    type: "histogram",
    help: "Between two tokens after the first, averaged over each streamed answer that was whole.",
    labels: operation,
    buckets: perTokenBuckets,
  },
  gen_ai_client_token_usage: {
    type: "histogram",
    help: "Tokens of each request, by gen_ai_token_type: input or output; only where the backend counts.",
    labels: [...operation, "gen_ai_token_type"],
    buckets: tokenBuckets,
  },
  inference_mesh_requests_total: {
    type: "counter",
    help: "Requests that got as far as a choice of places, by outcome: answered, failed or cancelled.",
    labels: ["outcome", "error_type", "gen_ai_request_model", "backend"],
  },
  inference_mesh_attempts_total: {
    type: "counter",
    help: "Places that were asked, by outcome: answered, or the error's code.",
    labels: ["backend", "outcome"],
  },
  inference_mesh_failovers_total: {
    type: "counter",
    help: "Requests that another place answered than the one that was asked first.",
    labels: [],
  },
  inference_mesh_refusals_total: {
    type: "counter",
    help: "Requests that the gateway refused before they were routed, by the error's code.",
    labels: ["error_type"],
  },
  inference_mesh_requests_open: { type: "gauge", help: "Requests that are being answered or wait.", labels: [] },
  inference_mesh_queue_length: { type: "gauge", help: "Requests that wait for their turn on this node.", labels: [] },
  inference_mesh_queue_wait_seconds: {
    type: "histogram",
    help: "How long requests waited that had to, whether they got a turn or gave up.",
    labels: [],
    buckets: durationBuckets,
  },
  inference_mesh_backend_requests_open: {
    type: "gauge",
    help: "Requests of this node that a backend is answering.",
    labels: ["backend"],
  },
  inference_mesh_backend_health: {
    type: "gauge",
    help: "1 for the health that a backend has: healthy, degraded, unhealthy, loading, draining, disabled or unknown.",
    labels: ["backend", "health"],
  },
  inference_mesh_backend_breaker_open: {
    type: "gauge",
    help: "1 while a backend is left alone after failures, but for a trial at a time.",
    labels: ["backend"],
  },
  inference_mesh_models_loaded: { type: "gauge", help: "Models in the memory of this machine.", labels: [] },
  inference_mesh_engine_memory_bytes: {
    type: "gauge",
    help: "Main memory of a loaded model's engine, as last measured.",
    labels: ["gen_ai_request_model"],
  },
  inference_mesh_connections: {
    type: "gauge",
    help: "Open connections of the gateway, by state: busy or idle.",
    labels: ["state"],
  },
  inference_mesh_configuration_changes_total: {
    type: "counter",
    help: "Changes of the configuration since the start, by outcome: applied or refused.",
    labels: ["outcome"],
  },
  inference_mesh_configuration_valid: {
    type: "gauge",
    help: "0 while the configuration file is not valid and what it said before counts.",
    labels: [],
  },
  inference_mesh_build_info: { type: "gauge", help: "Always 1.", labels: ["version", "node_version"] },
  process_cpu_seconds_total: {
    type: "counter",
    help: "Processor time of the node's own process; engines are others.",
    labels: [],
  },
  process_resident_memory_bytes: { type: "gauge", help: "Resident memory of the node's own process.", labels: [] },
  process_start_time_seconds: { type: "gauge", help: "When the node was started, since 1970.", labels: [] },
});
export type MetricName = keyof typeof metricTable;
