import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Notice } from "../../contract/webview/chat-notice.ts";
import type { CompareColumn, CompareRun } from "../../contract/webview/compare-columns.ts";
import type { Contender } from "../../contract/webview/compare-setup.ts";
import { chatNotice, errorNotice } from "../chat/chat-notice.ts";
import { placeName } from "../chat/model-entry-words.ts";
import { askableModels } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { milliseconds } from "../mesh/quantities.ts";
import type { Translate } from "../platform/translate.ts";
import { type ColumnAnswer, isOpen, isVoteOpen, type Run, votable } from "./compare-run.ts";
import type { ContenderWords } from "./contender.ts";

export interface PictureContext {
  readonly store: MeshStore;
  readonly t: Translate;
  readonly describe: (contender: Contender) => ContenderWords;
}

/** What the page shows of one run. While it is blind, nothing in here says who has answered, or how fast. */
export function runPicture(
  run: Run,
  { index, count }: { readonly index: number; readonly count: number },
  t: Translate,
) {
  const isVoted = run.vote !== null;
  const blind = !run.question.isBlind ? "no" : run.isRevealed ? "revealed" : isVoteOpen(run) ? "open" : "early";
  const picture: CompareRun = {
    index,
    count,
    prompt: run.question.prompt,
    settings: settingsWords(run, t),
    isRunning: run.columns.some(isOpen),
    blind,
    outcome: isVoted ? outcomeWords(run, t) : "",
  };
  return picture;
}

/** The columns of one run, in the order in which they are shown. */
export function columnPictures(run: Run, context: PictureContext): CompareColumn[] {
  return run.columns.map((column, index) => {
    const shared = {
      id: column.id,
      state: column.state,
      text: column.text,
      reasoning: column.reasoning,
      isCut: column.finishReason === "length",
      isWinner: run.vote?.kind === "best" && run.vote.columnId === column.id,
    };
    return run.isRevealed
      ? { ...shared, ...openFace(column, run, context) }
      : { ...shared, ...blindFace(column, index, context.t) };
  });
}

/** `Answer A`: what a column is called while nobody is named. */
const blindTitle = (index: number, t: Translate): string => t("Answer {0}", { 0: "ABCD"[index] ?? "" });

type Face = Pick<CompareColumn, "title" | "detail" | "progress" | "figures" | "failure">;

function blindFace(column: ColumnAnswer, index: number, t: Translate): Face {
  // An error names the model or its place.
  const message = t("This answer failed.");
  const nextStep = t("Why, and whose it is, is shown with the names.");
  const failure: Notice = { message, nextStep, isError: true, isBusy: false, button: null };
  return {
    title: blindTitle(index, t),
    detail: "",
    progress: "",
    figures: [],
    failure: column.state === "failed" ? failure : null,
  };
}

function openFace(column: ColumnAnswer, run: Run, { store, t, describe }: PictureContext): Face {
  const { label, detail } = describe(column.contender);
  const backend = store.topology.ofKind("backend").find(({ backendId }) => backendId === column.answeredBy);
  const isOwn = backend?.backendKind === "local-engine";
  const title = run.question.isBlind ? `${blindTitle(run.columns.indexOf(column), t)}: ${label}` : label;
  return {
    title,
    detail: backend === undefined ? detail : placeName({ isOwn, backend, backendId: column.answeredBy }, t),
    progress: progressWords(column, { store, t }),
    figures: figures(column, run, t),
    failure:
      column.state === "failed" ? errorNotice(column.error ?? new MeshError("internal", { reference: "-" }), t) : null,
  };
}

function progressWords(
  { state, queuePosition, contender }: ColumnAnswer,
  { store, t }: Pick<PictureContext, "store" | "t">,
): string {
  if (state !== "waiting") return "";
  if (queuePosition !== null) return t("The model is busy: number {0} in the queue", { 0: queuePosition });
  const isHere = contender.onlyBackends?.includes("local-engine") ?? true;
  if (!isHere || store.model(contender.model)?.state !== "loading") return "";
  const share = store.loadProgress(contender.model);
  return share === undefined ? t("The model is being loaded…") : t("loading, {0} %", { 0: Math.round(share * 100) });
}

/** Only what was measured: a figure that nobody has reported is left out, never zero. The best of the run is marked. */
function figures(column: ColumnAnswer, run: Run, t: Translate): CompareColumn["figures"] {
  const { firstTokenMs, totalMs, completionTokens } = column;
  if (firstTokenMs === null || totalMs === null) return [];
  const done = run.columns.filter(({ state }) => state === "done");
  const isBest = (of: (each: ColumnAnswer) => number | undefined, pick: (...all: number[]) => number): boolean => {
    const all = done.map(of).filter((value) => value !== undefined);
    return all.length > 1 && of(column) === pick(...all);
  };
  const first = (each: ColumnAnswer): number | undefined => each.firstTokenMs ?? undefined;
  const shown = [{ name: t("First token"), value: milliseconds(firstTokenMs), isBest: isBest(first, Math.min) }];
  const perSecond = tokensPerSecond(column);
  if (perSecond !== undefined) {
    const value = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
    shown.push({ name: t("Tokens/s"), value, isBest: isBest(tokensPerSecond, Math.max) });
  }
  if (completionTokens !== null) shown.push({ name: t("Tokens"), value: String(completionTokens), isBest: false });
  shown.push({ name: t("Total"), value: milliseconds(totalMs), isBest: false });
  return shown;
}

/** The first token is there when the writing begins, so it does not count for the speed. */
function tokensPerSecond({ completionTokens, firstTokenMs, totalMs }: ColumnAnswer): number | undefined {
  if (completionTokens === null || firstTokenMs === null || totalMs === null) return undefined;
  const seconds = (totalMs - firstTokenMs) / 1000;
  return completionTokens > 1 && seconds > 0 ? (completionTokens - 1) / seconds : undefined;
}

function settingsWords({ question: { parameters, isInTurn, instructions } }: Run, t: Translate): string {
  const { temperature, maxTokens, seed } = parameters;
  return [
    ...(seed === null ? [t("no seed")] : [t("seed {0}", { 0: seed })]),
    ...(temperature === null ? [] : [t("temperature {0}", { 0: temperature })]),
    ...(maxTokens === null ? [] : [t("at most {0} tokens", { 0: maxTokens })]),
    ...(instructions.trim() === "" ? [] : [t("with a system prompt")]),
    isInTurn ? t("one after another") : t("at the same time"),
  ].join(" · ");
}

function outcomeWords({ vote, columns }: Run, t: Translate): string {
  if (vote?.kind === "tie") return t("Your vote: all as good.");
  if (vote?.kind === "none") return t("Your vote: none is good.");
  const index = columns.findIndex(({ id }) => vote?.kind === "best" && id === vote.columnId);
  return t("Your vote: {0} is the best.", { 0: blindTitle(index, t) });
}

/** Why nothing can be run now, and what to do about it; null when all is well. */
export function compareNotice({ store, t }: Pick<PictureContext, "store" | "t">): Notice | null {
  const { kind } = store.nodeState;
  const notice = chatNotice(store, t);
  if (notice === null || (kind === "ready" && askableModels(store).length > 0)) return null;
  return kind === "notStarted" || kind === "stopped"
    ? { ...notice, nextStep: t("Start it to compare models.") }
    : notice;
}

/** Who is judged by a vote, with the names that the tally keeps. */
export function judged(run: Run, { describe }: Pick<PictureContext, "describe">) {
  return votable(run).map(({ id, contender }) => {
    const { label, detail } = describe(contender);
    return { id, contender, name: detail === "" ? label : `${label} · ${detail}` };
  });
}
