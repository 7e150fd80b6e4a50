import type { NodeId } from "../contract/mesh/ids.ts";
import type { Backend } from "./backends/backend.ts";
import type { HttpForwarder } from "./backends/http/http-forwarder.ts";
import { backendDefinitions } from "./backends/index.ts";
import { ServerBackend } from "./backends/server/server-backend.ts";
import type { ServerDependencies } from "./backends/server/server-dependencies.ts";
import type { HealthBook } from "./health/health-book.ts";
import { systemClock } from "./platform/clock.ts";
import type { Disposables } from "./platform/disposables.ts";
import type { Folders } from "./platform/folders.ts";
import type { Log } from "./platform/log.ts";
import type { ProxySettings } from "./platform/proxy-settings.ts";
import { type BackendEntry, isSameServer } from "./registry/backend-entry.ts";
import type { Configuration } from "./registry/configuration.ts";
import type { ConfigurationFile } from "./registry/configuration-file.ts";
import { ConfiguredBackends, type GivenSecrets } from "./registry/configured-backends.ts";
import type { AdmissionQueue } from "./resources/admission-queue.ts";
import { BackendKeys, basicOf } from "./secrets/backend-keys.ts";
import { ChildKeyring } from "./secrets/keyring/child-keyring.ts";
import { keySurroundings } from "./secrets/keyring/choose-key-place.ts";

interface StartBackendsOptions {
  readonly folders: Folders;
  readonly keyringProgram: string;
  readonly log: Log;
  readonly configuration: Configuration;
  readonly configurationFile: ConfigurationFile;
  readonly nodeId: NodeId;
  readonly forwarder: HttpForwarder;
  readonly queue: AdmissionQueue;
  readonly resources: Disposables;
  /** Of the node's environment. */
  readonly proxies: ProxySettings;
}

interface StartedBackends {
  readonly configured: ConfiguredBackends;
  readonly keys: BackendKeys;
  readonly hasKey: (backendId: string) => boolean;
  /** A backend to try: with these secrets, or with those that are kept for it. */
  readonly buildForTest: (entry: BackendEntry, given: GivenSecrets) => Backend;
}

/** The servers of the configuration, with their keys. @throws MeshError `state_too_new`, `folder_unwritable` */
export async function startBackends(options: StartBackendsOptions): Promise<StartedBackends> {
  const { configurationFile, resources } = options;
  const keys = await openKeys(options);
  const build = (entry: BackendEntry, readable: ServerDependencies["keys"] = keys): Backend =>
    backendDefinitions[entry.kind].create(entry, { ...options, keys: readable });
  const configured = resources.add(
    new ConfiguredBackends({
      file: configurationFile,
      keys,
      proxies: options.proxies,
      build: (entry, before) => {
        const backend = build(entry);
        if (backend instanceof ServerBackend && before instanceof ServerBackend) backend.takeOver(before);
        return backend;
      },
    }),
  );
  return {
    configured,
    keys,
    hasKey: (backendId) => keys.has(backendId),
    buildForTest: (entry, { key, proxyLogin }) => {
      const givenFor = (name: string): string | undefined =>
        name === entry.id ? key : proxyLogin && basicOf(proxyLogin);
      return build(entry, {
        read: (name, origin) => {
          const given = givenFor(name);
          return given === undefined ? keys.read(name, origin) : { key: given };
        },
        isAtHand: (name) => givenFor(name) !== undefined || keys.isAtHand(name),
        // What is given takes the place of what the keyring may not give out.
        fetch: async (name, signal) => {
          if (givenFor(name) === undefined) await keys.fetch(name, signal);
        },
      });
    },
  };
}

/** What lies in the keyring is read beside the start, which does not wait for it: only requests that need it do. */
async function openKeys({ folders, keyringProgram, configurationFile, resources, log }: StartBackendsOptions) {
  const { env, platform } = process;
  const keyring = resources.add(new ChildKeyring({ program: keyringProgram, env }));
  const keys = await BackendKeys.open({
    stateFolder: folders.state,
    keyring,
    wish: configurationFile.configuration.secrets.store,
    surroundings: keySurroundings(env, platform),
    clock: systemClock,
    log,
  });
  configurationFile.onDidChange(({ secrets }) => void keys.follow(secrets.store));
  void keys.settle();
  return keys;
}

/**
 * Keeps the book of health to what is configured: each server is probed as its entry says. A new one begins from the start;
 * one that only has other settings keeps its standing, its open requests and its drain.
 */
export function followBackends(book: HealthBook, configured: ConfiguredBackends): void {
  const kept = new Map<string, { readonly entry: BackendEntry; readonly backend: Backend }>();
  const follow = (): void => {
    for (const entry of configured.entries) {
      const { backend } = configured.get(entry.id);
      const before = kept.get(entry.id);
      if (before?.backend === backend) continue;
      const plan = { level: entry.probe.level, intervalMs: entry.probe.intervalSeconds * 1000 };
      if (before !== undefined && isSameServer(before.entry, entry)) book.replace(backend, plan);
      else book.add(backend, plan);
      kept.set(entry.id, { entry, backend });
    }
    for (const id of [...kept.keys()]) {
      if (configured.entries.some((entry) => entry.id === id)) continue;
      book.remove(id);
      kept.delete(id);
    }
  };
  follow();
  configured.onDidChange(follow);
}
