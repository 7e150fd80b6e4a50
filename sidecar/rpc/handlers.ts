import type { NodeStatus } from "../../contract/rpc/node.ts";
import type { Accelerators } from "../engine/accelerators/accelerators.ts";
import type { LocalEngines } from "../engine/local-engines.ts";
import type { ModelStore } from "../engine/store/model-store.ts";
import type { AliasBook } from "../registry/alias-book.ts";
import type { LiveRouting } from "../registry/live-routing.ts";
import type { RequestLog } from "../registry/request-log.ts";
import type { TopologyStore } from "../registry/topology-store.ts";
import type { TrafficFeed } from "../registry/traffic-feed.ts";
import type { HardwareMonitor } from "../resources/hardware-monitor.ts";
import type { Router } from "../router/router.ts";
import type { ApiKeys } from "../secrets/api-keys.ts";
import { createAcceleratorHandlers } from "./accelerator-handlers.ts";
import { createAliasHandlers } from "./alias-handlers.ts";
import { type BackendAccess, createBackendHandlers } from "./backend-handlers.ts";
import { createChatHandlers } from "./chat-handlers.ts";
import { createCompletionHandlers } from "./completion-handlers.ts";
import { type ConfigurationAccess, createConfigurationHandlers } from "./configuration-handlers.ts";
import { createKeyHandlers } from "./key-handlers.ts";
import { createModelHandlers } from "./model-handlers.ts";
import { createNodeHandlers } from "./node-handlers.ts";
import { createRouteHandlers } from "./route-handlers.ts";
import type { RequestHandlers } from "./session.ts";
import { createToolHandlers } from "./tool-handlers.ts";
import { createTopologyHandlers } from "./topology-handlers.ts";

export interface HandlerDependencies {
  readonly router: Router;
  readonly requestLog: RequestLog;
  readonly backends: BackendAccess;
  readonly configuration: ConfigurationAccess;
  readonly routing: LiveRouting;
  readonly aliases: AliasBook;
  readonly apiKeys: ApiKeys;
  readonly engines: LocalEngines;
  readonly store: ModelStore;
  readonly accelerators: Accelerators;
  readonly topology: TopologyStore;
  readonly traffic: TrafficFeed;
  readonly hardware: HardwareMonitor;
  readonly status: () => Omit<NodeStatus, "hardware">;
  readonly keepServing: () => void;
  /** Ends the node: at once with `force`, else after its open answers. */
  readonly stop: (options: { force: boolean }) => void;
}

/** What each call of the control connection does; one file per group of the contract's calls. */
export function createHandlers(dependencies: HandlerDependencies): RequestHandlers {
  return {
    ...createNodeHandlers(dependencies),
    ...createModelHandlers(dependencies),
    ...createAcceleratorHandlers(dependencies),
    ...createBackendHandlers(dependencies),
    ...createAliasHandlers(dependencies),
    ...createKeyHandlers(dependencies),
    ...createConfigurationHandlers(dependencies),
    ...createChatHandlers(dependencies),
    ...createCompletionHandlers(dependencies),
    ...createRouteHandlers(dependencies),
    ...createTopologyHandlers(dependencies),
    ...createToolHandlers(dependencies),
  };
}
