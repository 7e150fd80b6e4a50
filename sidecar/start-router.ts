import { join } from "node:path";
import type { ErrorCode } from "../contract/errors/catalogue.ts";
import type { NodeId } from "../contract/mesh/ids.ts";
import type { Backend } from "./backends/backend.ts";
import { HealthBook } from "./health/health-book.ts";
import { ObservedFigures } from "./health/observed-figures.ts";
import { rememberDrains } from "./health/remember-drains.ts";
import { systemClock } from "./platform/clock.ts";
import { errorReason } from "./platform/error-reason.ts";
import type { ConfiguredBackends } from "./registry/configured-backends.ts";
import type { LiveRouting } from "./registry/live-routing.ts";
import { readTopology } from "./registry/read-topology.ts";
import { RequestLog } from "./registry/request-log.ts";
import { TopologyStore } from "./registry/topology-store.ts";
import { TrafficFeed } from "./registry/traffic-feed.ts";
import { TrafficMeter } from "./registry/traffic-meter.ts";
import { shownAliases } from "./router/aliases.ts";
import { failureKind } from "./router/failure.ts";
import { Router } from "./router/router.ts";
import { followBackends } from "./start-backends.ts";
import type { Foundation } from "./start-node.ts";

/** How often a patch of the topology may be sent, in milliseconds. */
const topologyIntervalMs = 100;

interface StartRouterOptions extends Foundation {
  /** The engine of this node. */
  readonly own: Backend;
  /** The servers beside it. */
  readonly servers: ConfiguredBackends;
  readonly routing: LiveRouting;
}

interface StartedRouter {
  readonly router: Router;
  readonly health: HealthBook;
  readonly figures: ObservedFigures;
  readonly requestLog: RequestLog;
  readonly topology: TopologyStore;
  readonly traffic: TrafficFeed;
}

/** The router with everything that it leans on: how its backends stand, what it remembers, and what the views see of it. */
export function startRouter(options: StartRouterOptions): StartedRouter {
  const { state, log, resources, own, servers, routing } = options;
  const figures = new ObservedFigures(systemClock);
  const health = resources.add(new HealthBook({ clock: systemClock, random: Math.random, figures }));
  const requestLog = resources.add(
    new RequestLog({
      folder: join(options.options.folders.state, "requests"),
      limit: routing.settings.requestLog,
      clock: systemClock,
      log,
    }),
  );
  let backends = [own, ...servers.list];
  servers.onDidChange((list) => {
    backends = [own, ...list];
  });
  // Nobody asks it: it knows itself how it is.
  health.add(own, { level: "port", intervalMs: 0 });
  followBackends(health, servers);
  rememberDrains(health, () => backends.map(({ id }) => id), {
    drained: state.content.drainedBackends,
    save: (drainedBackends) => {
      state
        .update((content) => ({ ...content, drainedBackends: [...drainedBackends] }))
        .catch((error: unknown) => log.warn("state.notWritten", { reason: errorReason(error) }));
    },
  });
  const router = new Router({
    nodeId: state.content.nodeId,
    settings: () => routing.settings,
    backends: () => backends,
    health,
    figures,
    remember: (record) => requestLog.append(record),
    clock: systemClock,
    random: Math.random,
    log,
  });
  health.onDidChange((backendId) => {
    // One that was down has probably lost what it had read.
    if (health.standingOf(backendId).health === "unhealthy") router.forgetPrefixes(backendId);
  });
  const topology = resources.add(watchTopology(options, { router, health, figures }));
  const traffic = resources.add(watchTraffic(state.content.nodeId, router));
  return { router, health, figures, requestLog, topology, traffic };
}

function watchTopology(
  { configuration, configurationFile, routing, state, hardware, servers }: StartRouterOptions,
  { router, health, figures }: Pick<StartedRouter, "router" | "health" | "figures">,
): TopologyStore {
  const topology = new TopologyStore({
    intervalMs: topologyIntervalMs,
    read: () =>
      readTopology({
        nodeId: state.content.nodeId,
        nodeName: configuration.node.name,
        backends: router.backends,
        openRequests: router.openRequests,
        configuration: configurationFile.state,
        aliases: shownAliases(routing.settings.aliases),
        hardware: hardware.current,
        latencyMs: (backendId) => figures.firstByteMs(backendId),
        standing: (backendId) => {
          const standing = health.standingOf(backendId);
          return { ...standing, since: momentOf(standing.since) };
        },
        urlOf: (backendId) => servers.entries.find(({ id }) => id === backendId)?.url ?? null,
        conflicts: () => router.conflicts(),
        openAt: (backendId) => router.openAt(backendId),
      }),
  });
  router.onDidChangeOpenRequests(() => topology.invalidate());
  hardware.onDidSample(() => topology.invalidate());
  health.onDidChange(() => topology.invalidate());
  configurationFile.onDidChange(() => topology.invalidate());
  configurationFile.onDidChangeState(() => topology.invalidate());
  const watched = new WeakSet<Backend>();
  const watch = (): void => {
    for (const backend of router.backends) {
      if (watched.has(backend)) continue;
      watched.add(backend);
      backend.onDidChange(() => topology.invalidate());
    }
    topology.invalidate();
  };
  watch();
  servers.onDidChange(watch);
  return topology;
}

/** A moment of the system clock that never goes back, on the wall clock. To the second: it is shown, and must not flicker. */
const momentOf = (at: number): Date => new Date(Math.round((performance.timeOrigin + at) / 1000) * 1000);

function watchTraffic(nodeId: NodeId, router: Router): TrafficFeed {
  const openRequests = (): number => router.openRequests;
  const openPlaces = () => router.openPlaces();
  // A record's codes are the catalogue's, or `answered`.
  const isPlaceFailure = (code: string): boolean => failureKind({ code: code as ErrorCode }) === "place";
  const now = (): number => systemClock.now();
  const meter = new TrafficMeter({ nodeId, openPlaces, openRequests, isPlaceFailure, now });
  const traffic = new TrafficFeed({ meter, clock: systemClock, wallClock: () => new Date() });
  router.onDidFinish((record) => meter.finished(record));
  router.onDidChangeOpenRequests(() => traffic.happened());
  return traffic;
}
