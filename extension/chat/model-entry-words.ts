import type { Health } from "../../contract/mesh/health.ts";
import type { ChosenModel } from "../../contract/webview/chat-composer.ts";
import { type AskableModel, askableModel, askableModels, choiceKey, isAnyOfSeveral } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { bestPlace, isPromising, type ModelPlace } from "../mesh/model-places.ts";
import { byteSize, milliseconds } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { topologyWords } from "../topology/topology-words.ts";
import type { ModelChoice } from "./model-choice.ts";

/** What people call it; one line of harmless text. */
export function askableName({ kind, model, places }: AskableModel, t: Translate): string {
  if (kind === "alias") return plainText(model, 60);
  if (kind !== "virtual") return plainText(bestPlace(places)?.label ?? model, 60);
  switch (model) {
    case "auto#fastest":
      return t("Fastest");
    case "auto#local":
      return t("Local Only");
    case "auto#largest":
      return t("Largest");
    default:
      return t("Auto");
  }
}

/** What people call that which the node was asked for; the name itself where it is not there any more. */
export function choiceName(store: MeshStore, choice: ModelChoice, t: Translate): string {
  const models = askableModels(store);
  const key = choiceKey(choice);
  const meant = models.find(({ choice: asked }) => choiceKey(asked) === key) ?? askableModel(models, choice);
  const model = meant?.model === "auto#largest" ? models.find((each) => each.model === choice.model) : meant;
  return model === undefined ? plainText(choice.model, 60) : askableName(model, t);
}

/** Context, speed, latency and privacy label, and before them whatever keeps it from answering at once. */
export function askableFacts(model: AskableModel, t: Translate): string[] {
  const place = bestPlace(model.places);
  if (place === undefined) return [];
  if (model.kind === "virtual") return model.model === "auto#largest" ? [plainText(place.label, 60)] : [];
  const { privacy, capabilities, units } = topologyWords(t);
  if (isAnyOfSeveral(model)) return [t("{0} models", { 0: new Set(model.places.map(({ modelId }) => modelId)).size })];
  const others = model.places.length - 1;
  const able = (place.capabilities ?? []).filter((each) => each !== "chat").map((each) => capabilities[each]);
  return [
    ...stateWords(place, t),
    ...contextWords(place, t),
    ...(place.tokensPerSecond === null ? [] : [units.tokensPerSecond.replace("{0}", speed(place.tokensPerSecond))]),
    ...(place.latencyMs === null ? [] : [milliseconds(place.latencyMs)]),
    ...(place.privacy === null ? [] : [privacy[place.privacy]]),
    ...(others > 0 ? [t("{0} places", { 0: others + 1 })] : []),
    ...(able.length === 0 ? [] : [able.join(", ")]),
  ];
}

/** Why it cannot answer now, what it stands for, or where it is; "" when there is nothing to say. */
export function askableDetail({ kind, model, places }: AskableModel, t: Translate): string {
  const place = bestPlace(places);
  if (kind === "virtual") return virtualDetail(model, t);
  if (place !== undefined && place.health !== "healthy" && place.reason !== null) return plainText(place.reason, 200);
  if (kind === "alias") return t("Stands for {0}", { 0: places.map((each) => modelAtPlace(each, t)).join(", ") });
  if (places.length > 1) return places.map((each) => placeName(each, t)).join(", ");
  return kind === "pinned" && place !== undefined ? t("Asked at {0} and nowhere else", { 0: placeName(place, t) }) : "";
}

const modelAtPlace = (place: ModelPlace, t: Translate): string =>
  t("{0} ({1})", { 0: plainText(place.label, 60), 1: placeName(place, t) });

function virtualDetail(model: string, t: Translate): string {
  switch (model) {
    case "auto#fastest":
      return t("Whatever answers soonest");
    case "auto#local":
      return t("Whatever this machine has; nothing leaves it");
    case "auto#largest":
      return t("The model with the most parameters that is no cloud's");
    default:
      return t("The node chooses for each question");
  }
}

/** The icon that says how it stands. */
export function askableIcon({ kind, model, places }: AskableModel): { icon: string; colour: string | undefined } {
  const place = bestPlace(places);
  if (place === undefined || place.health === "unhealthy" || place.state === "failed") {
    return { icon: "error", colour: "list.errorForeground" };
  }
  if (kind === "virtual" && isPromising(place)) return { icon: virtualIcons[model] ?? "sparkle", colour: undefined };
  if (kind === "alias" && isPromising(place)) return { icon: "tag", colour: undefined };
  return healthIcon(place);
}

const virtualIcons: Readonly<Record<string, string>> = {
  "auto#fastest": "zap",
  "auto#local": "home",
  "auto#largest": "package",
};

function healthIcon({ health, state }: ModelPlace): { icon: string; colour: string | undefined } {
  switch (health) {
    case "degraded":
      return { icon: "warning", colour: "list.warningForeground" };
    case "loading":
      return { icon: "loading~spin", colour: undefined };
    case "draining":
    case "disabled":
      return { icon: "circle-slash", colour: undefined };
    case "unknown":
      return { icon: "question", colour: undefined };
    default:
      if (state === "loading" || state === "unloading") return { icon: "loading~spin", colour: undefined };
      // It answers, once it is loaded.
      if (state === "available") return { icon: "circle-large-outline", colour: undefined };
      return { icon: "pass-filled", colour: "testing.iconPassed" };
  }
}

/** The heading of a place's models. */
export function groupName(place: ModelPlace | undefined, t: Translate): string {
  if (place === undefined) return t("This machine");
  const { backend } = place;
  const isWell = backend === undefined || backend.health === "healthy";
  const name = placeName(place, t);
  return isWell ? name : t("{0}: {1}", { 0: name, 1: topologyWords(t).health[backend.health] });
}

/** Where it is, in a few words. */
export const placeName = (
  { isOwn, backend, backendId }: Pick<ModelPlace, "isOwn" | "backend" | "backendId">,
  t: Translate,
): string => (isOwn ? t("This machine") : plainText(backend?.label ?? backendId ?? "", 60));

/** The composer's button: what the next question goes to, and where that is. */
export function chosenModel(model: AskableModel, t: Translate): ChosenModel {
  const place = bestPlace(model.places);
  const isOne = model.kind !== "virtual" && model.kind !== "alias" && model.places.length === 1;
  const health: Health = place?.health ?? "unhealthy";
  const detail =
    place === undefined
      ? [t("It is not there any more")]
      : [
          ...(isOne ? [placeName(place, t)] : []),
          ...askableFacts(model, t),
          ...(model.kind === "virtual" || model.kind === "alias" || health !== "healthy"
            ? [askableDetail(model, t)]
            : []),
        ];
  return { label: askableName(model, t), detail: detail.filter((part) => part !== "").join(" · "), health };
}

function stateWords({ health, state, isOwn, sizeBytes }: ModelPlace, t: Translate): string[] {
  const words = topologyWords(t);
  if (health !== "healthy") return [words.health[health]];
  if (isOwn && state === "available") {
    return [sizeBytes === null ? t("loads first") : t("loads first ({0})", { 0: byteSize(sizeBytes) })];
  }
  return state === null || state === "loaded" || state === "available" ? [] : [words.modelStates[state]];
}

function contextWords({ contextTokens, trainedContextTokens }: ModelPlace, t: Translate): string[] {
  if (contextTokens !== null) return [tokenAmount(contextTokens)];
  return trainedContextTokens === null ? [] : [t("up to {0}", { 0: tokenAmount(trainedContextTokens) })];
}

/** `4K`, `200K`, `1M`: powers of two as such, other amounts as thousands. */
export function tokenAmount(tokens: number): string {
  const base = tokens % 1000 !== 0 && tokens % 1024 === 0 ? 1024 : 1000;
  if (tokens < base) return String(tokens);
  const thousands = tokens / base;
  return thousands < base ? `${rounded(thousands)}K` : `${rounded(thousands / base)}M`;
}

const rounded = (value: number): string =>
  value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);

/** Two figures: more of them only flicker. */
const speed = (perSecond: number): string => (perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1));
