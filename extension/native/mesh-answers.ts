import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { routesExplain } from "../../contract/rpc/routes.ts";
import { rejectionText } from "../chat/route-outcomes.ts";
import { aliasPlaces, shownAliases } from "../mesh/alias-places.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { modelPlaces } from "../mesh/model-places.ts";
import { milliseconds } from "../mesh/quantities.ts";
import { statusWords } from "../mesh/status-words.ts";
import { errorWords } from "../platform/error-words.ts";
import { markdownText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { topologyWords } from "../topology/topology-words.ts";

/** As many rows as people read in a chat. */
const maxRows = 50;

/** How the mesh stands, as Markdown: names are of other machines, and are never markup. */
export function statusAnswer(store: MeshStore, t: Translate): string {
  const { headline } = statusWords(store, t);
  const backends = store.topology.ofKind("backend");
  const { health, privacy } = topologyWords(t);
  const rows = backends
    .slice(0, maxRows)
    .map((backend) => [
      markdownText(backend.label),
      `${health[backend.health]}${backend.reason === null ? "" : `: ${markdownText(backend.reason, 120)}`}`,
      backend.privacy === null ? "" : privacy[backend.privacy],
      String(store.topology.childrenOf(backend.id).length),
      figure(backend.openRequests),
      backend.latencyMs === null ? "–" : milliseconds(backend.latencyMs),
    ]);
  if (store.nodeState.kind !== "ready") return markdownText(headline, 300);
  const heads = [t("Backend"), t("Health"), t("Privacy"), t("Models"), t("Open requests"), t("Latency")];
  return [markdownText(headline, 300), table(heads, rows), more(backends.length, t)].join("\n\n");
}

/** Which models there are, and where. */
export function modelsAnswer(store: MeshStore, t: Translate): string {
  const models = store.topology.ofKind("model");
  if (store.nodeState.kind !== "ready") return statusAnswer(store, t);
  if (models.length === 0) return t("The mesh has no model yet.");
  const { capabilities } = topologyWords(t);
  const rows = models
    .slice(0, maxRows)
    .map((model) => [
      markdownText(model.label),
      markdownText(store.topology.parentOf(model.id)?.label ?? "–"),
      stateOf(model, t),
      figure(model.contextTokens),
      model.capabilities === null ? "–" : model.capabilities.map((each) => capabilities[each]).join(", "),
    ]);
  const heads = [t("Model"), t("Backend"), t("State"), t("Context"), t("Can")];
  return [table(heads, rows), more(models.length, t), aliasLines(store, t)].join("\n\n");
}

/** The names that a person has given to models, and what they stand for now. */
function aliasLines(store: MeshStore, t: Translate): string {
  const places = modelPlaces(store);
  return shownAliases(store)
    .slice(0, maxRows)
    .map((alias) => {
      const models = new Set(aliasPlaces(alias, places).map(({ label }) => markdownText(label)));
      return `- ${t("{0} stands for {1}", { 0: `**${markdownText(alias.name)}**`, 1: [...models].join(", ") || "–" })}`;
    })
    .join("\n");
}

/** Where a question would go, and why not elsewhere. */
export function explainAnswer(answer: z.infer<typeof routesExplain.result>, t: Translate): string {
  const { asked, strategy, privacy, ranked, rejected } = answer.explanation;
  const error = MeshError.fromWire(answer.error ?? undefined);
  const words = error === undefined ? undefined : errorWords(error, t);
  const place = (backend: string, model: string): string => `${markdownText(backend)} / ${markdownText(model)}`;
  return [
    t("A question for {0} goes by the strategy {1}, no further than {2}.", {
      0: `**${markdownText(asked)}**`,
      1: strategy,
      2: topologyWords(t).privacy[privacy],
    }),
    ranked
      .slice(0, maxRows)
      .map(
        ({ backend, model, because }, index) => `${index + 1}. ${place(backend, model)}: ${markdownText(because, 120)}`,
      )
      .join("\n"),
    ...(rejected.length === 0 ? [] : [t("Not asked:")]),
    rejected
      .slice(0, maxRows)
      .map(
        ({ backend, model, ...reason }) => `- ${place(backend, model)}: ${markdownText(rejectionText(reason, t), 200)}`,
      )
      .join("\n"),
    ...(words === undefined ? [] : [markdownText(`${words.message} ${words.nextStep}`, 500)]),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function stateOf({ health, modelState }: TopologyNode, t: Translate): string {
  const words = topologyWords(t);
  return modelState === null || health === "unhealthy" ? words.health[health] : words.modelStates[modelState];
}

const figure = (value: number | null): string => (value === null ? "–" : value.toLocaleString("en"));

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const more = (count: number, t: Translate): string =>
  count > maxRows ? t("And {0} more.", { 0: count - maxRows }) : "";
