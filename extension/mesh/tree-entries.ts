import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Health } from "../../contract/mesh/health.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { programText } from "../../contract/mesh/server-program.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { serverIcon } from "../servers/server-icon.ts";
import { backendLook } from "../topology/thing-kinds.ts";
import { hardwareWords } from "./hardware-words.ts";
import { isUsable, type MeshStore } from "./mesh-store.ts";
import { byteSize, milliseconds, timeOfDay } from "./quantities.ts";

/** One row of the sidebar's tree, without the editor's types. */
export interface TreeEntry {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** A product icon's name and the theme colour that goes with it. State is never told by the colour alone. */
  readonly icon: string;
  readonly colour: string | undefined;
  /** The tooltip's lines, as plain text. */
  readonly details: readonly string[];
  /** What the row's actions depend on: `model.loaded`, `model.available`, … */
  readonly contextValue: string;
  readonly hasChildren: boolean;
  /** The model that requests name; undefined for other rows. */
  readonly modelId: string | undefined;
  /** The backend that the row is, or whose model it is; undefined for nodes. */
  readonly backendId: string | undefined;
}

/**
 * What has a row below one row, or at the top. None at all unless there is something to choose from, here or at a server: the
 * view then shows its welcome.
 */
export function thingsBelow(store: MeshStore, parentId: string | undefined): TopologyNode[] {
  const hasServers = store.topology.ofKind("backend").some(({ url }) => url !== null);
  if (store.nodeState.kind !== "ready" || (hasNoModel(store) && !hasServers)) return [];
  return parentId === undefined ? store.topology.ofKind("node") : store.topology.childrenOf(parentId);
}

/** True when the node has told of its models, and there is none to use. */
export function hasNoModel(store: MeshStore): boolean {
  return store.models !== undefined && !store.models.some(isUsable);
}

/** One thing of the topology as a row. */
export function treeEntry(store: MeshStore, thing: TopologyNode, t: Translate): TreeEntry {
  const isLocal = store.topology.parentOf(thing.id)?.backendKind === "local-engine";
  const known = isLocal && thing.modelId !== null ? store.model(thing.modelId) : undefined;
  // The topology tells of a change before the list of models is read again.
  const model = known === undefined ? undefined : { ...known, state: thing.modelState ?? known.state };
  const label = plainText(thing.label);
  const words = model === undefined ? describe(thing, t) : describeModel(store, thing, model, t);
  return {
    id: thing.id,
    label,
    description: words.join(" · "),
    ...icon(thing, model),
    details: [
      label,
      ...(thing.url === null ? [] : [plainText(thing.url, 200)]),
      ...words,
      ...problem(thing, model),
      ...(model === undefined ? modelFacts(thing, t) : []),
      ...(thing.hardware === null ? [] : hardwareWords(thing.hardware, t)),
      ...(model === undefined ? [] : [...memoryWords(model, t), plainText(model.path, 400)]),
    ],
    contextValue: model === undefined ? contextValue(thing) : `model.${model.state}`,
    hasChildren: thing.kind !== "model",
    modelId: thing.modelId ?? undefined,
    backendId: thing.backendId ?? undefined,
  };
}

/** A server can be asked, drained and removed; what this machine's own engine is, nobody has to ask. */
function contextValue({ kind, url, health }: TopologyNode): string {
  if (kind !== "backend" || url === null) return kind;
  return health === "disabled" || health === "draining" ? "server.off" : "server.on";
}

function describe(thing: TopologyNode, t: Translate): string[] {
  const words: string[] = [];
  if (thing.health !== "healthy") words.push(healthWord(thing.health, t));
  // After its health: a narrow side bar cuts what comes last.
  if (thing.url !== null) words.push(serverKindWords(thing, t));
  if (thing.kind === "node" && thing.privacy === "local") words.push(t("this machine"));
  if (hasBrokenConfiguration(thing)) words.push(t("configuration not valid"));
  if (thing.latencyMs !== null) words.push(t("{0} to first byte", { 0: milliseconds(thing.latencyMs) }));
  if (thing.privacy === "cloud" && thing.kind === "backend") words.push(t("cloud"));
  if (thing.openRequests !== null && thing.openRequests > 0) words.push(t("{0} open", { 0: thing.openRequests }));
  return words;
}

/** The program that answers, or else the kind that the server was added as. */
function serverKindWords({ backendKind, program }: TopologyNode, t: Translate): string {
  if (program !== null) return plainText(programText(program), 40);
  return backendLook(backendKind, null, t).label;
}

/** What a server says about one of its models. */
function modelFacts({ contextTokens, capabilities, artifact, capacity }: TopologyNode, t: Translate): string[] {
  const facts: string[] = [];
  if (contextTokens !== null) facts.push(t("{0} tokens of context", { 0: contextTokens }));
  if (capacity !== null) facts.push(t("{0} requests at once", { 0: capacity }));
  if (capabilities !== null && capabilities.length > 0) facts.push(capabilities.join(", "));
  if (artifact !== null) facts.push(plainText(artifact, 100));
  return facts;
}

function describeModel(store: MeshStore, thing: TopologyNode, model: ModelSummary, t: Translate): string[] {
  const waiting = thing.waitingRequests ?? 0;
  const words = [stateWord(store, model, t)];
  if (model.openRequests > 0) words.push(t("{0} open", { 0: model.openRequests }));
  if (waiting > 0) words.push(t("{0} waiting", { 0: waiting }));
  words.push(byteSize(model.sizeBytes));
  if (model.quantisation !== null) words.push(plainText(model.quantisation, 16));
  if (model.contextTokens !== null) words.push(t("{0} tokens of context", { 0: model.contextTokens }));
  if (model.isDemo) words.push(t("demo"));
  return words;
}

/** What a loaded model costs, and how long it stays. */
function memoryWords(model: ModelSummary, t: Translate): string[] {
  const words: string[] = [];
  if (model.memoryBytes !== null) words.push(t("{0} of memory", { 0: byteSize(model.memoryBytes) }));
  if (model.unloadsAt !== null) words.push(t("Unloaded at {0} unless it is used", { 0: timeOfDay(model.unloadsAt) }));
  return words;
}

function stateWord(store: MeshStore, model: ModelSummary, t: Translate): string {
  switch (model.state) {
    case "available":
      return t("not loaded");
    case "loading": {
      const progress = store.loadProgress(model.id);
      return progress === undefined ? t("loading") : t("loading, {0} %", { 0: Math.round(progress * 100) });
    }
    case "loaded":
      return t("loaded");
    case "unloading":
      return t("unloading");
    case "failed":
      return t("failed");
  }
}

const hasBrokenConfiguration = ({ configuration }: TopologyNode): boolean =>
  configuration !== undefined && configuration.problem !== null;

function healthWord(health: Health, t: Translate): string {
  switch (health) {
    case "unknown":
      return t("not checked yet");
    case "healthy":
      return t("healthy");
    case "degraded":
      return t("degraded");
    case "unhealthy":
      return t("unhealthy");
    case "loading":
      return t("loading");
    case "draining":
      return t("shutting down");
    case "disabled":
      return t("disabled");
  }
}

function problem(thing: TopologyNode, model: ModelSummary | undefined): string[] {
  const error = MeshError.fromWire(model?.problem ?? undefined);
  if (error !== undefined) return [plainText(error.message, 400), error.nextStep];
  const configuration = thing.configuration?.problem;
  return [thing.reason, configuration?.reason ?? null]
    .filter((reason) => reason !== null)
    .map((reason) => plainText(reason, 200));
}

function icon(thing: TopologyNode, model: ModelSummary | undefined): Pick<TreeEntry, "icon" | "colour"> {
  const isBad = thing.health === "unhealthy" || model?.state === "failed";
  if (isBad) return { icon: "error", colour: "list.errorForeground" };
  if (thing.health === "degraded" || hasBrokenConfiguration(thing))
    return { icon: "warning", colour: "list.warningForeground" };
  if (thing.health === "loading" || model?.state === "loading" || model?.state === "unloading") {
    return { icon: "loading~spin", colour: undefined };
  }
  if (thing.health === "disabled" || thing.health === "draining") return { icon: "circle-slash", colour: undefined };
  if (thing.health === "unknown") return { icon: "question", colour: undefined };
  if (thing.kind === "node") return { icon: "vm-active", colour: "testing.iconPassed" };
  if (thing.kind === "backend") {
    return { icon: serverIcon(thing.backendKind, thing.program?.id ?? null), colour: "testing.iconPassed" };
  }
  if (model?.state === "available") return { icon: "circle-large-outline", colour: undefined };
  return { icon: "pass-filled", colour: "testing.iconPassed" };
}
