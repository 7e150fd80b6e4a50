import type { RequestRecord } from "../../contract/mesh/routing.ts";
import { type MetricName, metricTable } from "./metric-table.ts";
import { Counter, Histogram, type Sample } from "./series.ts";

/** OpenTelemetry's words for what a request asks for; what has none goes by its path. */
const operations: Readonly<Record<string, string>> = {
  "/v1/chat/completions": "chat",
  "/v1/completions": "text_completion",
  "/v1/embeddings": "embeddings",
};

/** Where nothing of ours has the name that was asked for: what a client wrote is no label. */
const unknown = "unknown";

type RequestMetricName =
  | Extract<MetricName, `gen_ai_${string}`>
  | "inference_mesh_requests_total"
  | "inference_mesh_attempts_total"
  | "inference_mesh_failovers_total";

/** What has become of requests, counted when each is over: nothing is done per token. */
export class RequestMetrics {
  readonly #kindOf: (backendId: string) => string | undefined;
  readonly #duration = new Histogram(metricTable.gen_ai_server_request_duration_seconds.buckets);
  readonly #firstToken = new Histogram(metricTable.gen_ai_server_time_to_first_token_seconds.buckets);
  readonly #perToken = new Histogram(metricTable.gen_ai_server_time_per_output_token_seconds.buckets);
  readonly #tokens = new Histogram(metricTable.gen_ai_client_token_usage.buckets);
  readonly #requests = new Counter();
  readonly #attempts = new Counter();
  readonly #failovers = new Counter();

  /** `kindOf`: of a backend that is configured now. */
  constructor(kindOf: (backendId: string) => string | undefined) {
    this.#kindOf = kindOf;
  }

  observe(record: RequestRecord): void {
    const { answeredBy, attempts, error, path } = record;
    const asked = askedModel(record);
    const backend = answeredBy?.backend ?? attempts.at(-1)?.backend ?? "";
    const kind = backend === "" ? "" : (this.#kindOf(backend) ?? unknown);
    const operation = [operations[path] ?? path.slice("/v1/".length), kind, asked, answeredBy?.model ?? ""];
    this.#requests.add(outcomeOf(error), error ?? "", asked, backend);
    for (const attempt of attempts) this.#attempts.add(attempt.backend, attempt.outcome);
    if (answeredBy !== null && attempts.length > 1) this.#failovers.add();
    this.#duration.observe(record.totalMs / 1000, ...operation, error ?? "");
    this.#observeAnswer(record, operation);
  }

  samples(): Record<RequestMetricName, readonly Sample[]> {
    return {
      gen_ai_server_request_duration_seconds: this.#duration.samples(),
      gen_ai_server_time_to_first_token_seconds: this.#firstToken.samples(),
      gen_ai_server_time_per_output_token_seconds: this.#perToken.samples(),
      gen_ai_client_token_usage: this.#tokens.samples(),
      inference_mesh_requests_total: this.#requests.samples(),
      inference_mesh_attempts_total: this.#attempts.samples(),
      inference_mesh_failovers_total: this.#failovers.samples(),
    };
  }

  #observeAnswer({ usage, stream, firstByteMs, totalMs, error }: RequestRecord, operation: readonly string[]): void {
    if (usage !== null) {
      this.#tokens.observe(usage.promptTokens, ...operation, "input");
      this.#tokens.observe(usage.completionTokens, ...operation, "output");
    }
    // The first byte of an answer that comes as a whole says nothing of its first token.
    if (error !== null || !stream || firstByteMs === null) return;
    this.#firstToken.observe(firstByteMs / 1000, ...operation);
    const later = (usage?.completionTokens ?? 0) - 1;
    if (later > 0) this.#perToken.observe((totalMs - firstByteMs) / 1000 / later, ...operation);
  }
}

/** The alias or model that was meant, as we call it; a place that has it proves that there is such a name. */
function askedModel({ explanation: { alias, ranked, rejected }, answeredBy }: RequestRecord): string {
  return alias?.name ?? answeredBy?.model ?? ranked[0]?.model ?? rejected[0]?.model ?? unknown;
}

function outcomeOf(error: string | null): string {
  if (error === null) return "answered";
  return error === "cancelled" ? "cancelled" : "failed";
}
