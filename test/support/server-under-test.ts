import { HttpForwarder } from "../../sidecar/backends/http/http-forwarder.ts";
import { backendDefinitions } from "../../sidecar/backends/index.ts";
import type { ServerBackend } from "../../sidecar/backends/server/server-backend.ts";
import { systemClock } from "../../sidecar/platform/clock.ts";
import { Disposables } from "../../sidecar/platform/disposables.ts";
import { noProxies, type ProxySettings } from "../../sidecar/platform/proxy-settings.ts";
import { type BackendEntry, backendEntrySchema } from "../../sidecar/registry/backend-entry.ts";
import { AdmissionQueue } from "../../sidecar/resources/admission-queue.ts";
import { type KeyForOrigin, type KeyReader, proxySecretOf } from "../../sidecar/secrets/backend-keys.ts";

export const testNodeId = `node-${"a".repeat(32)}`;

const keysAtHand = { isAtHand: () => true, fetch: async () => undefined };

export interface ServerUnderTestOptions {
  readonly kind?: BackendEntry["kind"];
  readonly key?: string | "of-other-address";
  /** Replaces the forwarder that is made by default. */
  readonly forwarder?: HttpForwarder;
  readonly queue?: AdmissionQueue;
  /** Of the environment; none by default. */
  readonly proxies?: ProxySettings;
  /** Of the proxy, as it is kept. */
  readonly proxyLogin?: string | "of-other-address";
  /** In place of `key` and `proxyLogin`. */
  readonly keys?: KeyReader;
}

/** What a backend for a server needs, as a node would give it. Disposed with `resources`. */
export class ServersUnderTest {
  readonly resources = new Disposables();
  readonly forwarder = this.resources.add(new HttpForwarder({ firstTokenMs: 30_000, idleMs: 10_000 }));
  readonly queue = new AdmissionQueue({ maxWaiting: 8, maxWaitMs: 30_000, ageingMs: 30_000, clock: systemClock });

  /** `entry` is what the configuration would say. */
  create(entry: { readonly url: string } & Partial<Omit<BackendEntry, "kind">>, options: ServerUnderTestOptions = {}) {
    const { kind = "openai-compatible", proxies = noProxies } = options;
    const whole = backendEntrySchema.parse({ id: "server", ...entry, kind });
    const read = (name: string): KeyForOrigin => {
      const key = name === proxySecretOf(whole.id) ? options.proxyLogin : options.key;
      return key === undefined ? "none" : key === "of-other-address" ? key : { key };
    };
    const { forwarder, queue } = this;
    const dependencies = {
      forwarder,
      queue,
      keys: options.keys ?? { ...keysAtHand, read },
      nodeId: testNodeId,
      proxies,
    };
    return this.resources.add(backendDefinitions[kind].create(whole, dependencies) as ServerBackend);
  }
}
