import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Rendezvous } from "../contract/rendezvous.ts";
import { HttpForwarder } from "./backends/http/http-forwarder.ts";
import { backendDefinitions } from "./backends/index.ts";
import { startEngines } from "./engine/start-engines.ts";
import { Gateway } from "./gateway/gateway.ts";
import { InstanceLock, type LockHolder } from "./lifecycle/instance-lock.ts";
import { Lifecycle } from "./lifecycle/lifecycle.ts";
import { logCrashes } from "./lifecycle/log-crashes.ts";
import { NodeMetrics } from "./metrics/node-metrics.ts";
import { openConfiguration } from "./open-configuration.ts";
import { systemClock } from "./platform/clock.ts";
import { Disposables } from "./platform/disposables.ts";
import { ensureFolder, ensurePrivateFolder, type Folders } from "./platform/folders.ts";
import type { FileLog } from "./platform/log.ts";
import { readProxySettings } from "./platform/proxy-settings.ts";
import { AliasBook } from "./registry/alias-book.ts";
import { openAliasHistory } from "./registry/alias-history.ts";
import type { Configuration } from "./registry/configuration.ts";
import type { ConfigurationFile } from "./registry/configuration-file.ts";
import type { ConfigurationHistory } from "./registry/configuration-history.ts";
import { LiveRouting } from "./registry/live-routing.ts";
import { type NodeStateFile, openNodeState } from "./registry/node-state.ts";
import { AdmissionQueue } from "./resources/admission-queue.ts";
import { HardwareMonitor } from "./resources/hardware-monitor.ts";
import type { Router } from "./router/router.ts";
import { ControlServer } from "./rpc/control-server.ts";
import { createHandlers } from "./rpc/handlers.ts";
import { introduceClient } from "./rpc/introduce-client.ts";
import { readNodeStatus } from "./rpc/read-node-status.ts";
import { ApiKeys } from "./secrets/api-keys.ts";
import { KeyFile } from "./secrets/key-file.ts";
import { startBackends } from "./start-backends.ts";
import { startRouter } from "./start-router.ts";

export interface StartNodeOptions {
  readonly folders: Folders;
  readonly version: string;
  /** This side's protocol; another number only in tests of version skew. */
  readonly protocol: number;
  /** The built program of an engine process. */
  readonly engineProgram: string;
  /** The built program of one visit to the keyring. */
  readonly keyringProgram: string;
  /** Models that came with the product, read-only. */
  readonly bundledModelsFolder: string;
  /** Stays without clients, whatever the configuration says. */
  readonly keepServing: boolean;
}

export interface RunningNode {
  readonly gatewayUrl: string;
  readonly keyFile: string;
  readonly logFile: string;
  /** Answers open requests, then ends. */
  drain(): void;
  /** Ends now; open answers break off with an error. */
  end(): void;
  /** Resolves when everything has been released. */
  readonly ended: Promise<void>;
}

/** What everything else stands on; made in an order in which each failure leaves nothing behind. */
export interface Foundation {
  readonly options: StartNodeOptions;
  /** As the node has started with it. */
  readonly configuration: Configuration;
  readonly configurationFile: ConfigurationFile;
  readonly configurationHistory: ConfigurationHistory;
  readonly log: FileLog;
  readonly state: NodeStateFile;
  readonly hardware: HardwareMonitor;
  readonly gatewayKey: KeyFile;
  readonly apiKeys: ApiKeys;
  readonly controlToken: KeyFile;
  /** The lock and the log, which are held until everything else has been released. */
  readonly ground: Disposables;
  readonly resources: Disposables;
}

/** After this time a background request gets turns among interactive ones, in milliseconds. */
const ageingMs = 20_000;
/** What a control message may hold besides a request that the gateway would take as well, in bytes. */
const rpcEnvelopeBytes = 64 * 1024;

/**
 * Starts this user's node, or says who already runs it.
 *
 * @throws MeshError `folder_unwritable`, `folder_unsafe`, `configuration_invalid`, `state_too_new`, `no_free_port`
 */
export async function startNode(options: StartNodeOptions): Promise<RunningNode | { readonly holder: LockHolder }> {
  const { folders } = options;
  ensureFolder(folders.state);
  const lock = InstanceLock.acquire(lockFile(folders), options.version, folders.controlSocket);
  if (!(lock instanceof InstanceLock)) return { holder: lock };
  const ground = new Disposables();
  ground.add(lock);
  const resources = ground.add(new Disposables());
  try {
    return await assemble(await layFoundation(options, { ground, resources }));
  } catch (error) {
    await ground.dispose();
    throw error;
  }
}

/** What only one process of this user has: the claim to be the node. */
export const lockFile = (folders: Folders): string => join(folders.state, "node.lock");

/** Where the node with these folders is reached, or would be if it ran. */
export function reachNode(folders: Folders): Pick<Rendezvous, "socketPath" | "tokenFile"> {
  const holder = InstanceLock.readHolder(lockFile(folders));
  return {
    socketPath: holder?.controlSocket ?? folders.controlSocket,
    tokenFile: join(folders.state, "control.token"),
  };
}

async function layFoundation(
  options: StartNodeOptions,
  held: Pick<Foundation, "ground" | "resources">,
): Promise<Foundation> {
  const { folders } = options;
  for (const folder of [folders.config, folders.data, folders.models, folders.cache]) ensureFolder(folder);
  ensurePrivateFolder(folders.runtime);
  const { configurationFile, configurationHistory, log } = await openConfiguration(folders, held);
  held.ground.add(logCrashes(log));
  return {
    options,
    configuration: configurationFile.configuration,
    configurationFile,
    configurationHistory,
    log,
    state: await openNodeState(folders.state),
    hardware: held.resources.add(new HardwareMonitor({ clock: systemClock, log })),
    gatewayKey: await KeyFile.open(join(folders.state, "gateway.key")),
    apiKeys: held.resources.add(
      await ApiKeys.open({ stateFolder: folders.state, clock: systemClock, today: () => Date.now() }),
    ),
    controlToken: await KeyFile.open(reachNode(folders).tokenFile),
    ...held,
  };
}

async function assemble(foundation: Foundation): Promise<RunningNode> {
  const {
    options,
    configuration,
    configurationFile,
    configurationHistory,
    log,
    resources,
    hardware,
    gatewayKey,
    apiKeys,
    controlToken,
    state,
  } = foundation;
  const { engines, accelerators, store } = await startEngines({ ...foundation, ...options, env: process.env });
  const forwarder = resources.add(
    new HttpForwarder({
      firstTokenMs: configuration.limits.firstTokenSeconds * 1000,
      idleMs: configuration.limits.idleSeconds * 1000,
    }),
  );
  const queue = new AdmissionQueue({
    maxWaiting: configuration.queue.maxWaiting,
    maxWaitMs: configuration.queue.maxWaitSeconds * 1000,
    ageingMs,
    clock: systemClock,
  });
  const own = backendDefinitions["local-engine"].create({}, { engines, forwarder, queue });
  const { nodeId } = state.content;
  const routing = new LiveRouting(configurationFile);
  const aliases = new AliasBook(routing, await openAliasHistory(options.folders.state));
  const servers = await startBackends({
    ...foundation,
    ...options,
    nodeId,
    forwarder,
    queue,
    proxies: readProxySettings(process.env),
  });
  const { router, requestLog, topology, traffic, health, figures } = startRouter({
    ...foundation,
    own,
    servers: servers.configured,
    routing,
  });
  const lifecycle = new Lifecycle({
    lingerMs: configuration.node.lingerSeconds * 1000,
    keepsServing: options.keepServing || configuration.node.keepServing,
  });
  const { keyless: keylessWish, ...gatewaySettings } = configuration.gateway;
  const metrics = new NodeMetrics({
    router,
    queue,
    health,
    engines,
    configuration: configurationFile,
    connections: () => sumOf(gateway.connections, keyless?.connections),
    version: options.version,
  });
  const ways = {
    router,
    metrics,
    key: gatewayKey,
    apiKeys,
    clock: systemClock,
    version: options.version,
    nodeId,
    log,
    ...gatewaySettings,
  };
  const gateway: Gateway = resources.add(await Gateway.start(ways));
  const keyless: Gateway | null = keylessWish ? await Gateway.startKeyless({ ...ways, port: keylessWish.port }) : null;
  if (keyless !== null) resources.add(keyless);
  else if (keylessWish) log.warn("gateway.keylessPortTaken", { wanted: keylessWish.port });
  const startedAt = new Date();
  const drain = (): void => {
    router.drain();
    lifecycle.drain();
  };
  const status = () =>
    readNodeStatus({ ...foundation, ...servers, engines, router, lifecycle, gateway, keyless, control, startedAt });
  const control: ControlServer = await ControlServer.listen(options.folders.controlSocket, {
    handlers: createHandlers({
      router,
      requestLog,
      backends: { ...servers, control: health, latencyMs: (id) => figures.firstByteMs(id), clock: systemClock },
      configuration: { file: configurationFile, history: configurationHistory },
      routing,
      aliases,
      apiKeys,
      engines,
      accelerators,
      store,
      topology,
      traffic,
      hardware,
      status: () => status(),
      keepServing: () => lifecycle.keepServing(),
      stop: ({ force }) => (force ? lifecycle.end() : drain()),
    }),
    introduce: introduceClient({
      ...options,
      token: controlToken,
      state,
      name: configuration.node.name,
      isDraining: () => lifecycle.name === "draining",
      makeRoom: drain,
    }),
    maxMessageBytes: configuration.gateway.maxBodyBytes + rpcEnvelopeBytes,
    log,
  });
  resources.add(control);
  control.onDidChangeClients((clients) => lifecycle.setClients(clients));
  router.onDidChangeOpenRequests((open) => lifecycle.setOpenRequests(open));
  if (gateway.takenPort !== null) log.warn("gateway.portTaken", { wanted: gateway.takenPort, gateway: gateway.url });
  log.info("node.ready", { version: options.version, gateway: gateway.url, node: process.version });
  const ended = endOf(lifecycle, router, foundation);
  lifecycle.start();
  return {
    gatewayUrl: gateway.url,
    keyFile: gatewayKey.path,
    logFile: log.path,
    drain,
    end: () => lifecycle.end(),
    ended,
  };
}

const sumOf = (
  a: Gateway["connections"],
  b: Gateway["connections"] = { busy: 0, idle: 0 },
): Gateway["connections"] => ({
  busy: a.busy + b.busy,
  idle: a.idle + b.idle,
});

async function endOf(lifecycle: Lifecycle, router: Router, { log, ground, resources }: Foundation): Promise<void> {
  await new Promise<void>((resolve) => {
    lifecycle.onDidEnd(resolve);
  });
  log.info("node.ending");
  router.abort();
  // The errors of answers that break off are written now; a reader that does not read must not hold this up.
  for (let waits = 0; waits < 30 && router.openRequests > 0; waits++) await delay(10);
  await delay(10);
  await resources.dispose();
  // Handles that were closed just now are gone at the end of this turn, and timers run in the next one.
  await delay(1);
  // What still keeps the process alive is a leak: there must be nothing.
  log.info("node.ended", { activeResources: process.getActiveResourcesInfo().join(",") });
  await ground.dispose();
}
