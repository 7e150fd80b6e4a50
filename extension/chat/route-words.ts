import type { RequestRecord } from "../../contract/mesh/routing.ts";
import type { RouteWords } from "../../contract/webview/chat-turns.ts";
import { milliseconds } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { topologyWords } from "../topology/topology-words.ts";
import { failureText, outcomeText, rejectionText } from "./route-outcomes.ts";

/** What people call the things that a record names. Not cleaned. */
export interface RouteNames {
  readonly node: (id: string) => string;
  readonly backend: (id: string) => string;
  readonly model: (backend: string, model: string) => string;
}

type Fact = RouteWords["facts"][number];
type Place = Pick<RequestRecord["attempts"][number], "backend" | "model">;

/** As many places as people read; a mesh may have thousands. */
const maxListed = 50;

/**
 * Why an answer came from where it came from. An answer that was gone on with has a record for each part, in their order;
 * null where the node does not remember the part any more. Null when it remembers none.
 */
export function routeWords(
  parts: readonly (RequestRecord | null)[],
  names: RouteNames,
  t: Translate,
): RouteWords | null {
  const known = parts.flatMap((record, index) => (record === null ? [] : [{ record, number: index + 1 }]));
  if (known.length === 0) return null;
  const isSplit = parts.length > 1;
  const partOf = (number: number, words: string): string =>
    isSplit ? t("Part {0}: {1}", { 0: number, 1: words }) : words;
  const forgotten = t("the node does not remember it any more.");
  const sentences = parts.map((record, index) =>
    partOf(index + 1, record === null ? forgotten : summaryOf(record, names, t)),
  );
  return {
    summary: sentences.join(" "),
    facts: joinedFacts(
      known.map(({ record, number }) => ({ facts: factsOf(record, names, t), number })),
      partOf,
    ),
    attempts: known.flatMap(({ record, number }) =>
      record.attempts.map((attempt) => ({
        place: partOf(number, placeText(attempt, names)),
        outcome: outcomeText({ outcome: attempt.outcome, ms: milliseconds(attempt.ms) }, t),
        hasAnswered: attempt.outcome === "answered",
      })),
    ),
    rejected: known
      .flatMap(({ record, number }) =>
        [...notAsked(record, t), ...record.explanation.rejected.map((each) => [each, rejectionText(each, t)] as const)]
          .slice(0, maxListed)
          .map(([place, reason]) => ({ place: partOf(number, placeText(place, names)), reason })),
      )
      .slice(0, maxListed),
  };
}

/** One sentence: what answered, and why that. */
function summaryOf(
  { answeredBy, attempts, explanation, error }: RequestRecord,
  names: RouteNames,
  t: Translate,
): string {
  if (answeredBy === null) {
    return t("No place has answered: {0}.", { 0: failureText(error ?? "internal", t) });
  }
  const place = { 0: modelText(answeredBy, names), 1: backendText(answeredBy, names) };
  const failed = attempts.filter(({ outcome }) => outcome !== "answered").length;
  const others = explanation.ranked.length - 1;
  const whole = t("{0} at {1} has answered.", place);
  const because = becauseText({ failed, others }, t);
  if (error === null) return `${whole} ${because}`;
  const end = error === "cancelled" ? t("It was stopped before its end.") : t("It broke off before its end.");
  return `${whole} ${because} ${end}`;
}

/** How many places had failed before, and how many could have answered as well. */
function becauseText({ failed, others }: { readonly failed: number; readonly others: number }, t: Translate): string {
  if (failed > 1) return t("It was asked after {0} others had failed.", { 0: failed });
  if (failed === 1) return t("It was asked after another place had failed.");
  if (others > 0) return t("It came first of {0} places that could.", { 0: others + 1 });
  return t("It was the only place that could.");
}

function factsOf(record: RequestRecord, names: RouteNames, t: Translate): Fact[] {
  const { node, explanation, answeredBy, usage, firstByteMs, id } = record;
  const { asked, alias, strategy, privacy, leftOut } = explanation;
  const ranked = explanation.ranked.find((each) => isSame(each, answeredBy));
  const fact = (name: string, value: string | null): Fact[] => (value === null ? [] : [{ name, value }]);
  const standsFor =
    alias === null || alias.name === answeredBy?.model
      ? null
      : plainText(alias.revision === null ? asked : `${alias.name}@${alias.revision}`, 120);
  return [
    ...fact(t("Node"), plainText(names.node(node), 80)),
    ...fact(t("Backend"), answeredBy && backendText(answeredBy, names)),
    ...fact(t("Model"), answeredBy && modelText(answeredBy, names)),
    ...fact(t("Digest"), digestText(answeredBy?.artifact ?? null)),
    ...fact(t("Asked for"), standsFor),
    ...fact(t("Strategy"), strategy),
    ...fact(t("No further than"), topologyWords(t).privacy[privacy]),
    ...fact(t("Why there"), ranked === undefined ? null : plainText(ranked.because, 300) || null),
    ...fact(t("Time"), timeText(record, ranked?.estimateMs ?? null, t)),
    ...fact(t("First byte"), firstByteMs === null ? null : t("after {0}", { 0: milliseconds(firstByteMs) })),
    ...fact(t("Tokens"), usageText(usage, t)),
    ...fact(t("Other places"), leftOut === undefined ? null : t("{0} more, not remembered", { 0: leftOut })),
    ...fact(t("Request"), plainText(id, 64)),
  ];
}

/** What was estimated against what it took. */
function timeText({ totalMs, error }: RequestRecord, estimateMs: number | null, t: Translate): string {
  const took = milliseconds(totalMs);
  // Of an answer that was not written to its end, an estimate was not wrong.
  if (estimateMs === null || error !== null) return took;
  return t("estimated {0}, took {1}", { 0: milliseconds(estimateMs), 1: took });
}

function usageText(usage: RequestRecord["usage"], t: Translate): string | null {
  if (usage === null) return null;
  const { promptTokens, cachedTokens, completionTokens } = usage;
  const values = { 0: promptTokens, 1: completionTokens };
  if (cachedTokens === null) return t("{0} read, {1} written", values);
  return t("{0} read, {2} of them from memory, {1} written", { ...values, 2: cachedTokens });
}

/** Places that were in the order and never came to their turn. */
function notAsked({ explanation, attempts }: RequestRecord, t: Translate): (readonly [Place, string])[] {
  return explanation.ranked
    .map((place, index) => ({ place, position: index + 1 }))
    .filter(({ place }) => !attempts.some((attempt) => isSame(place, attempt)))
    .map(({ place, position }) => {
      const because = plainText(place.because, 300);
      const words =
        because === ""
          ? t("Number {0} in the order", { 0: position })
          : t("Number {0} in the order: {1}", { 0: position, 1: because });
      return [place, words] as const;
    });
}

/** What is the same for all parts is said once. */
function joinedFacts(
  parts: readonly { readonly facts: readonly Fact[]; readonly number: number }[],
  partOf: (number: number, words: string) => string,
): Fact[] {
  const isShared = ({ name, value }: Fact): boolean =>
    parts.length > 1 && parts.every(({ facts }) => facts.some((other) => other.name === name && other.value === value));
  return [
    ...(parts[0]?.facts ?? []).filter(isShared),
    ...parts.flatMap(({ facts, number }) =>
      facts.filter((fact) => !isShared(fact)).map(({ name, value }) => ({ name: partOf(number, name), value })),
    ),
  ];
}

/** Enough of a digest to compare by eye. */
function digestText(artifact: string | null): string | null {
  if (artifact === null) return null;
  const [, digits] = /^sha256:([0-9a-f]{12})[0-9a-f]{52}/.exec(artifact) ?? [];
  return digits === undefined ? plainText(artifact, 40) : `sha256:${digits}…`;
}

const isSame = (a: Place, b: Place | null): boolean => a.backend === b?.backend && a.model === b.model;
const backendText = ({ backend }: Place, names: RouteNames): string => plainText(names.backend(backend), 60);
const modelText = ({ backend, model }: Place, names: RouteNames): string => plainText(names.model(backend, model), 80);
const placeText = (place: Place, names: RouteNames): string =>
  `${backendText(place, names)} / ${modelText(place, names)}`;
