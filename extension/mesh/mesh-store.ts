import type { ModelSummary } from "../../contract/mesh/model.ts";
import type { TrafficChange, TrafficSnapshot } from "../../contract/mesh/traffic.ts";
import type { NodeStatus } from "../../contract/rpc/node.ts";
import { Emitter } from "../platform/emitter.ts";
import type { NodeState } from "../sidecar/node-state.ts";
import { TopologyCopy } from "./topology-copy.ts";
import { TrafficCopy } from "./traffic-copy.ts";

/**
 * Everything that this window shows of the mesh, once. The tree, the status bar, the chat view and the context keys
 * read it and listen to `onDidChange`; only the feed and the supervisor's events write it.
 */
export class MeshStore {
  readonly #didChange = new Emitter<void>();
  readonly #didFlow = new Emitter<TrafficChange>();
  #nodeState: NodeState = { kind: "notStarted" };
  #models: readonly ModelSummary[] | undefined;
  #status: NodeStatus | undefined;
  readonly #loadProgress = new Map<string, number>();

  readonly topology = new TopologyCopy();
  readonly traffic = new TrafficCopy();
  readonly onDidChange = this.#didChange.event;
  /** Fires with what flows, up to four times a second; `onDidChange` does not, since rows and words do not show it. */
  readonly onDidFlow = this.#didFlow.event;

  get nodeState(): NodeState {
    return this.#nodeState;
  }
  /** Undefined until the node has told. */
  get models(): readonly ModelSummary[] | undefined {
    return this.#models;
  }
  /** As of the attachment; what changes with every request is in the topology. */
  get status(): NodeStatus | undefined {
    return this.#status;
  }

  model(id: string): ModelSummary | undefined {
    return this.#models?.find((model) => model.id === id);
  }

  /** Share of a model's weights that is read, 0 to 1; undefined when unknown. */
  loadProgress(id: string): number | undefined {
    return this.#loadProgress.get(id) ?? this.model(id)?.loadProgress ?? undefined;
  }

  setNodeState(state: NodeState): void {
    this.#nodeState = state;
    if (state.kind !== "ready") {
      // What a node said before it went is not true any more.
      this.topology.reset();
      this.traffic.reset();
      this.#models = undefined;
      this.#status = undefined;
      this.#loadProgress.clear();
    }
    this.#didChange.fire();
  }

  setModels(models: readonly ModelSummary[]): void {
    this.#models = models;
    this.#didChange.fire();
  }

  setStatus(status: NodeStatus): void {
    this.#status = status;
    this.#didChange.fire();
  }

  /** Undefined when the load has ended. */
  setLoadProgress(id: string, progress: number | undefined): void {
    if (progress === undefined) this.#loadProgress.delete(id);
    else this.#loadProgress.set(id, progress);
    this.#didChange.fire();
  }

  setTraffic(snapshot: TrafficSnapshot): void {
    this.traffic.reset(snapshot);
    this.#didChange.fire();
  }

  trafficFlowed(change: TrafficChange): void {
    this.traffic.apply(change);
    this.#didFlow.fire(change);
  }

  topologyChanged(): void {
    this.#didChange.fire();
  }
}

/** A model file that a chat can be had with, loaded or not. */
export function isUsable(model: ModelSummary): boolean {
  return model.canChat && model.problem === null;
}
