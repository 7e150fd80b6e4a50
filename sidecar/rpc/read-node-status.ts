import type { NodeStatus } from "../../contract/rpc/node.ts";
import type { LocalEngines } from "../engine/local-engines.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Folders } from "../platform/folders.ts";
import type { FileLog } from "../platform/log.ts";
import type { Configuration } from "../registry/configuration.ts";
import type { ConfigurationFile } from "../registry/configuration-file.ts";
import type { NodeStateFile } from "../registry/node-state.ts";
import type { Router } from "../router/router.ts";
import type { BackendKeys } from "../secrets/backend-keys.ts";
import type { KeyFile } from "../secrets/key-file.ts";
import type { ControlServer } from "./control-server.ts";

export interface NodeStatusSource {
  readonly options: { readonly folders: Folders; readonly version: string; readonly protocol: number };
  readonly configuration: Configuration;
  readonly configurationFile: Pick<ConfigurationFile, "path" | "state">;
  readonly state: NodeStateFile;
  readonly gatewayKey: KeyFile;
  readonly log: FileLog;
  readonly engines: LocalEngines;
  readonly router: Router;
  readonly lifecycle: Lifecycle;
  readonly gateway: Gateway;
  /** The listener that asks for no key; null when it is off or another program has its port. */
  readonly keyless: Gateway | null;
  readonly control: ControlServer;
  readonly startedAt: Date;
  /** Of the backends. */
  readonly keys: Pick<BackendKeys, "state">;
}

/** Everything that a client can know of this node at this moment; for the machine's figures one has to look. */
export function readNodeStatus(source: NodeStatusSource): Omit<NodeStatus, "hardware"> {
  const { folders, version, protocol } = source.options;
  const { config, data, state, cache, models } = folders;
  const wanted = source.configuration.gateway.keyless;
  return {
    id: source.state.content.nodeId,
    name: source.configuration.node.name,
    version,
    protocol,
    pid: process.pid,
    nodeVersion: process.versions.node,
    lifecycle: source.lifecycle.name,
    startedAt: source.startedAt.toISOString(),
    keepsServing: source.lifecycle.keepsServing,
    gateway: {
      url: source.gateway.url,
      keyFile: source.gatewayKey.path,
      takenPort: source.gateway.takenPort,
      ...(wanted ? { keyless: { port: wanted.port, url: source.keyless?.url ?? null } } : {}),
    },
    clients: source.control.clients,
    openRequests: source.router.openRequests,
    models: source.engines.models,
    folders: { config, data, state, cache, models },
    logFile: source.log.path,
    configuration: { path: source.configurationFile.path, ...source.configurationFile.state },
    keyStore: source.keys.state,
  };
}
