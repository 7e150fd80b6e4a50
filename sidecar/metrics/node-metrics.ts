import type { ConfigurationState } from "../../contract/mesh/configuration-state.ts";
import { healthSchema } from "../../contract/mesh/health.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import type { RequestRecord } from "../../contract/mesh/routing.ts";
import type { Backend } from "../backends/backend.ts";
import type { Standing } from "../health/standing.ts";
import type { Event } from "../platform/emitter.ts";
import { printExposition } from "./exposition.ts";
import { metricTable } from "./metric-table.ts";
import { RequestMetrics } from "./request-metrics.ts";
import { Counter, Histogram, type Sample } from "./series.ts";

export interface NodeMetricsSource {
  readonly router: {
    readonly onDidFinish: Event<RequestRecord>;
    readonly openRequests: number;
    readonly backends: readonly Pick<Backend, "id" | "kind">[];
  };
  readonly queue: { readonly waiting: number; readonly onDidEndWait: Event<number> };
  readonly health: { standingOf(backendId: string): Standing; inFlight(backendId: string): number };
  readonly engines: { readonly models: readonly Pick<ModelSummary, "id" | "state" | "memoryBytes">[] };
  readonly configuration: {
    readonly state: ConfigurationState;
    readonly onDidChange: Event<unknown>;
    readonly onDidChangeState: Event<ConfigurationState>;
  };
  readonly connections: () => { readonly busy: number; readonly idle: number };
  readonly version: string;
}

/** The figures of this node for `GET /metrics`. Counted when something ends; everything else is looked at when asked. */
export class NodeMetrics {
  readonly #source: NodeMetricsSource;
  readonly #requests: RequestMetrics;
  readonly #refusals = new Counter();
  readonly #queueWait = new Histogram(metricTable.inference_mesh_queue_wait_seconds.buckets);
  readonly #configurationChanges = new Counter();
  readonly #startSeconds = Date.now() / 1000 - process.uptime();

  constructor(source: NodeMetricsSource) {
    this.#source = source;
    const { router, queue, configuration } = source;
    this.#requests = new RequestMetrics((id) => router.backends.find((backend) => backend.id === id)?.kind);
    router.onDidFinish((record) => this.#requests.observe(record));
    queue.onDidEndWait((waitedMs) => this.#queueWait.observe(waitedMs / 1000));
    configuration.onDidChange(() => this.#configurationChanges.add("applied"));
    configuration.onDidChangeState(({ problem }) => {
      if (problem !== null) this.#configurationChanges.add("refused");
    });
  }

  /** The gateway has turned a request away, with this code of the catalogue. */
  refused(code: string): void {
    this.#refusals.add(code);
  }

  /** All figures of this moment, in Prometheus' text format. */
  print(): string {
    const { router, queue, configuration, connections, version } = this.#source;
    const { user, system } = process.cpuUsage();
    const { busy, idle } = connections();
    return printExposition({
      ...this.#requests.samples(),
      ...this.#backendSamples(),
      ...this.#engineSamples(),
      inference_mesh_refusals_total: this.#refusals.samples(),
      inference_mesh_requests_open: single(router.openRequests),
      inference_mesh_queue_length: single(queue.waiting),
      inference_mesh_queue_wait_seconds: this.#queueWait.samples(),
      inference_mesh_connections: [
        { values: ["busy"], value: busy },
        { values: ["idle"], value: idle },
      ],
      inference_mesh_configuration_changes_total: this.#configurationChanges.samples(),
      inference_mesh_configuration_valid: single(configuration.state.problem === null ? 1 : 0),
      inference_mesh_build_info: [{ values: [version, process.versions.node], value: 1 }],
      process_cpu_seconds_total: single((user + system) / 1e6),
      process_resident_memory_bytes: single(process.memoryUsage.rss()),
      process_start_time_seconds: single(this.#startSeconds),
    });
  }

  #backendSamples() {
    const { router, health } = this.#source;
    const standings = router.backends.map(({ id }) => ({ id, standing: health.standingOf(id) }));
    return {
      inference_mesh_backend_requests_open: standings.map(({ id }) => ({ values: [id], value: health.inFlight(id) })),
      inference_mesh_backend_health: standings.flatMap(({ id, standing }) =>
        healthSchema.options.map((each) => ({ values: [id, each], value: standing.health === each ? 1 : 0 })),
      ),
      inference_mesh_backend_breaker_open: standings.map(({ id, standing }) => ({
        values: [id],
        value: standing.rejection === "circuit-open" ? 1 : 0,
      })),
    };
  }

  #engineSamples() {
    const loaded = this.#source.engines.models.filter(({ state }) => state === "loaded");
    return {
      inference_mesh_models_loaded: single(loaded.length),
      inference_mesh_engine_memory_bytes: loaded.flatMap(({ id, memoryBytes }) =>
        memoryBytes === null ? [] : [{ values: [id], value: memoryBytes }],
      ),
    };
  }
}

const single = (value: number): Sample[] => [{ values: [], value }];
