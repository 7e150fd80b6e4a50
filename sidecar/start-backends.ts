import type { NodeId } from "../contract/mesh/ids.ts";
import type { Backend } from "./backends/backend.ts";
import type { HttpForwarder } from "./backends/http/http-forwarder.ts";
import { backendDefinitions } from "./backends/index.ts";
import { ServerBackend, type ServerDependencies } from "./backends/server/server-backend.ts";
import type { HealthBook } from "./health/health-book.ts";
import type { Disposables } from "./platform/disposables.ts";
import type { Folders } from "./platform/folders.ts";
import { type BackendEntry, isSameServer } from "./registry/backend-entry.ts";
import type { Configuration } from "./registry/configuration.ts";
import type { ConfigurationFile } from "./registry/configuration-file.ts";
import { ConfiguredBackends } from "./registry/configured-backends.ts";
import type { AdmissionQueue } from "./resources/admission-queue.ts";
import { BackendKeys } from "./secrets/backend-keys.ts";

interface StartBackendsOptions {
  readonly folders: Folders;
  readonly configuration: Configuration;
  readonly configurationFile: ConfigurationFile;
  readonly nodeId: NodeId;
  readonly forwarder: HttpForwarder;
  readonly queue: AdmissionQueue;
  readonly resources: Disposables;
}

interface StartedBackends {
  readonly configured: ConfiguredBackends;
  readonly hasKey: (backendId: string) => boolean;
  /** A backend to try: with this key, or with the one that is kept for it. */
  readonly buildForTest: (entry: BackendEntry, key: string | undefined) => Backend;
}

/** The servers of the configuration, with their keys. @throws MeshError `state_too_new`, `folder_unwritable` */
export async function startBackends(options: StartBackendsOptions): Promise<StartedBackends> {
  const { folders, configurationFile, resources } = options;
  const keys = await BackendKeys.open(folders.state);
  const build = (entry: BackendEntry, readable: ServerDependencies["keys"] = keys): Backend =>
    backendDefinitions[entry.kind].create(entry, { ...options, keys: readable });
  const configured = resources.add(
    new ConfiguredBackends({
      file: configurationFile,
      keys,
      build: (entry, before) => {
        const backend = build(entry);
        if (backend instanceof ServerBackend && before instanceof ServerBackend) backend.takeOver(before);
        return backend;
      },
    }),
  );
  return {
    configured,
    hasKey: (backendId) => keys.has(backendId),
    buildForTest: (entry, key) => build(entry, key === undefined ? keys : { read: () => ({ key }) }),
  };
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
