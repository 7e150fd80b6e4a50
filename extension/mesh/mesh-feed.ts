import type { TopologyPatch } from "../../contract/mesh/topology.ts";
import { modelsList } from "../../contract/rpc/models.ts";
import { nodeStatus } from "../../contract/rpc/node.ts";
import {
  topologyPatch,
  topologySubscribe,
  topologyTraffic,
  trafficSubscribe,
  trafficUnsubscribe,
} from "../../contract/rpc/topology.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { MeshStore } from "./mesh-store.ts";

export interface MeshFeedOptions {
  readonly store: MeshStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Listing models reads the node's disk: several changes within this time, in milliseconds, are one look. */
const modelsDelayMs = 150;

/** Keeps the store up to date from one connection, until it is disposed. */
export class MeshFeed implements Disposable {
  readonly #client: NodeClient;
  readonly #options: MeshFeedOptions;
  readonly #patches: Disposable;
  readonly #traffic: Disposable;
  readonly #end = new AbortController();
  #isSubscribing = false;
  #isListing = false;
  #mustListAgain = false;

  constructor(client: NodeClient, options: MeshFeedOptions) {
    this.#client = client;
    this.#options = options;
    this.#patches = client.on(topologyPatch, (patch) => this.#apply(patch));
    this.#traffic = client.on(topologyTraffic, (change) => options.store.trafficFlowed(change));
  }

  /** Reads everything anew; also what a person's "Refresh" does. Failures are logged: the connection tells of its end. */
  async refresh(): Promise<void> {
    await Promise.all([this.#subscribe(), this.#list(), this.#readStatus()]);
  }

  /** Follows what flows, or no more: only views that show it need it. */
  async watchTraffic(isWanted: boolean): Promise<void> {
    await this.#quietly("traffic", async () => {
      if (!isWanted) {
        await this.#client.request(trafficUnsubscribe, {}, this.#end.signal);
        return;
      }
      const snapshot = await this.#client.request(trafficSubscribe, {}, this.#end.signal);
      if (!this.#end.signal.aborted) this.#options.store.setTraffic(snapshot);
    });
  }

  dispose(): void {
    this.#traffic.dispose();
    this.#patches.dispose();
    this.#end.abort();
  }

  #apply(patch: TopologyPatch): void {
    // While a snapshot is on its way it decides; what follows it is newer than what it holds.
    const { store } = this.#options;
    const outcome = store.topology.apply(patch);
    if (outcome === "gap") void this.#subscribe();
    if (outcome !== "applied") return;
    store.topologyChanged();
    const isAboutModels =
      patch.removeNodes.length > 0 || patch.putNodes.some((node) => node.kind === "model" || node.kind === "backend");
    if (isAboutModels) void this.#listSoon();
  }

  async #subscribe(): Promise<void> {
    if (this.#isSubscribing) return;
    this.#isSubscribing = true;
    await this.#quietly("topology", async () => {
      const snapshot = await this.#client.request(topologySubscribe, {}, this.#end.signal);
      if (this.#end.signal.aborted) return;
      this.#options.store.topology.reset(snapshot);
      this.#options.store.topologyChanged();
    });
    this.#isSubscribing = false;
  }

  async #listSoon(): Promise<void> {
    if (this.#isListing) {
      this.#mustListAgain = true;
      return;
    }
    this.#isListing = true;
    do {
      await this.#options.clock.wait(modelsDelayMs, this.#end.signal).catch(() => undefined);
      this.#mustListAgain = false;
      await this.#list();
    } while (this.#mustListAgain && !this.#end.signal.aborted);
    this.#isListing = false;
  }

  async #list(): Promise<void> {
    await this.#quietly("models", async () => {
      const { models } = await this.#client.request(modelsList, {}, this.#end.signal);
      if (!this.#end.signal.aborted) this.#options.store.setModels(models);
    });
  }

  async #readStatus(): Promise<void> {
    await this.#quietly("status", async () => {
      const status = await this.#client.request(nodeStatus, {}, this.#end.signal);
      if (!this.#end.signal.aborted) this.#options.store.setStatus(status);
    });
  }

  async #quietly(what: string, read: () => Promise<void>): Promise<void> {
    if (this.#end.signal.aborted) return;
    try {
      await read();
    } catch (error) {
      if (!this.#end.signal.aborted) this.#options.log.warn(`Reading the ${what} failed: ${String(error)}`);
    }
  }
}
