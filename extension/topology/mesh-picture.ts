import { createHash } from "node:crypto";
import type { Health } from "../../contract/mesh/health.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { TrafficFigures } from "../../contract/mesh/traffic.ts";
import type { ThingAction } from "../../contract/webview/mesh-actions.ts";
import type { Figures, MeshEdge, Thing } from "../../contract/webview/mesh-things.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Translate } from "../platform/translate.ts";
import { backendLook } from "./thing-kinds.ts";

/** Everything that the mesh view shows at one moment. */
export interface MeshPicture {
  readonly things: readonly Thing[];
  readonly edges: readonly MeshEdge[];
}

export const userId = "user";

/** Longer names become a hash: the view only compares ids, and a server may name a model with ten kilobytes. */
const maxIdCharacters = 300;

/**
 * The thing that stands for a model wherever it is served: one name for one artifact. Where nobody says what the artifact
 * is, the name alone counts.
 */
export function modelThingId({ modelId, artifact }: Pick<TopologyNode, "modelId" | "artifact">): string {
  const name = `model/${modelId ?? ""}/${artifact ?? ""}`;
  return name.length <= maxIdCharacters ? name : `model/${createHash("sha256").update(name).digest("base64url")}`;
}

/** The edge by which requests reach a model at one backend. */
export const placeEdgeId = (place: TopologyNode, backend: TopologyNode): string =>
  `${backend.id}>${modelThingId(place)}`;

/** You → router → backends → models, from what the node has told. Empty while there is no node. */
export function meshPicture(store: MeshStore, t: Translate): MeshPicture {
  const things: Thing[] = [];
  const edges: MeshEdge[] = [];
  const routers = store.topology.ofKind("node");
  const [own] = routers;
  if (own === undefined) return { things, edges };
  const figuresOf = (node: TopologyNode): Figures => toFigures(store.traffic.of(node.id), node);
  things.push(userThing(figuresOf(own), t));
  const models = new Map<string, Thing>();
  for (const router of routers) {
    things.push(routerThing(router, figuresOf(router), t));
    const way = { health: router.health, figures: figuresOf(router) };
    edges.push({ id: `${userId}>${router.id}`, from: userId, to: router.id, ...way });
    for (const backend of store.topology.childrenOf(router.id)) {
      const figures = figuresOf(backend);
      things.push(backendThing(backend, figures, t));
      const { id, health } = backend;
      edges.push({ id: `${router.id}>${id}`, from: router.id, to: id, health, figures });
      for (const place of store.topology.childrenOf(id)) {
        const model = modelThing(place, backend, figuresOf(place), t);
        models.set(model.id, merged(models.get(model.id), model));
        const reach = { health: placeHealth(place, backend), figures: figuresOf(place) };
        edges.push({ id: placeEdgeId(place, backend), from: id, to: model.id, ...reach });
      }
    }
  }
  things.push(...models.values());
  return { things, edges };
}

function userThing(figures: Figures, t: Translate): Thing {
  return {
    ...plain,
    id: userId,
    kind: "user",
    icon: "user",
    label: t("You"),
    kindLabel: t("Windows and tools on this machine"),
    health: "healthy",
    figures,
    actions: [],
  };
}

function routerThing(node: TopologyNode, figures: Figures, t: Translate): Thing {
  const { id, label, health, reason, privacy } = node;
  const about = { kindLabel: t("Router on this machine"), health, reason, since: sinceOf(node), privacy };
  return { ...plain, id, kind: "router", icon: "router", label, ...about, figures, actions: [] };
}

function backendThing(node: TopologyNode, figures: Figures, t: Translate): Thing {
  const { id, label, health, reason, privacy, backendKind } = node;
  const { icon, label: kindLabel } = backendLook(backendKind, null, t);
  const isServer = node.url !== null;
  const about = { kindLabel, health, reason, since: sinceOf(node), privacy };
  const actions = isServer ? serverActions(health) : [];
  return { ...plain, id, kind: "backend", icon, label, ...about, figures, actions };
}

function serverActions(health: Health): ThingAction[] {
  const isOff = health === "disabled" || health === "draining";
  return ["checkNow", ...(isOff ? (["enable"] as const) : (["drain", "disable"] as const)), "copyAddress", "remove"];
}

function modelThing(place: TopologyNode, backend: TopologyNode, figures: Figures, t: Translate): Thing {
  const { label, privacy, modelState } = place;
  const isOwn = backend.backendKind === "local-engine";
  const about = {
    kindLabel: t("Model"),
    health: placeHealth(place, backend),
    reason: place.reason,
    privacy,
    modelState,
  };
  return {
    ...plain,
    id: modelThingId(place),
    kind: "model",
    icon: "model",
    label,
    ...about,
    parent: backend.id,
    figures,
    actions: ["chat", "compare", ...(isOwn ? memoryActions(modelState) : [])],
  };
}

/** What this node can do with its own models' memory. */
function memoryActions(state: TopologyNode["modelState"]): ThingAction[] {
  if (state === "available" || state === "failed") return ["load"];
  return state === "loaded" ? ["unload"] : [];
}

/** A model is no better than what serves it. */
function placeHealth(place: TopologyNode, backend: TopologyNode): Health {
  return backend.health === "healthy" || backend.health === "degraded" ? place.health : backend.health;
}

/** From the best: what a request meets that may go to any of several places. */
const healthOrder: readonly Health[] = [
  "healthy",
  "degraded",
  "loading",
  "unknown",
  "draining",
  "unhealthy",
  "disabled",
];

/** One thing for a model in several places: as well as it is in the best of them, with the requests of all. */
function merged(before: Thing | undefined, now: Thing): Thing {
  if (before === undefined) return now;
  const isBetter = healthOrder.indexOf(now.health) < healthOrder.indexOf(before.health);
  const best = isBetter ? now : before;
  const actions = [...new Set([...before.actions, ...now.actions])];
  const modelState = before.modelState ?? now.modelState;
  const figures = sumOf(before.figures, now.figures);
  return { ...before, health: best.health, reason: best.reason, modelState, figures, actions };
}

/** Of times the better one: that is what a request will meet. */
function sumOf(a: Figures, b: Figures): Figures {
  const add = (x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : Math.round((x + y) * 10) / 10;
  const least = (x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : Math.min(x, y);
  const most = (x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : Math.max(x, y);
  return {
    latencyP50Ms: least(a.latencyP50Ms, b.latencyP50Ms),
    latencyP95Ms: least(a.latencyP95Ms, b.latencyP95Ms),
    requestsPerSecond: add(a.requestsPerSecond, b.requestsPerSecond),
    tokensPerSecond: most(a.tokensPerSecond, b.tokensPerSecond),
    queued: add(a.queued, b.queued),
    inFlight: add(a.inFlight, b.inFlight),
    errorsPerSecond: add(a.errorsPerSecond, b.errorsPerSecond),
  };
}

/** What has not been measured is null. */
function toFigures(traffic: TrafficFigures | undefined, node: TopologyNode): Figures {
  const queued = node.waitingRequests;
  const open = traffic?.openRequests ?? node.openRequests;
  return {
    latencyP50Ms: traffic?.p50Ms ?? null,
    latencyP95Ms: traffic?.p95Ms ?? null,
    requestsPerSecond: traffic?.requestsPerSecond ?? null,
    tokensPerSecond: traffic?.tokensPerSecond ?? null,
    queued,
    inFlight: open === null ? null : Math.max(0, open - (queued ?? 0)),
    errorsPerSecond: traffic?.failuresPerSecond ?? null,
  };
}

const sinceOf = ({ since }: TopologyNode): number | null => (since === null ? null : Date.parse(since));

const plain = { reason: null, since: null, parent: null, canUnfold: false, privacy: null, modelState: null } as const;
