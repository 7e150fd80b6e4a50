import { plainText } from "../../platform/plain-text.ts";
import type { Translate } from "../../platform/translate.ts";
import type { ConversationSummary } from "./conversation-summary.ts";

/** A row of the list of conversations. */
export interface ConversationEntry {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Where the searched words were found in the texts; "" when nothing is searched, or they are in the title. */
  readonly detail: string;
  readonly isShown: boolean;
}

/** Rows under a heading; "" for none. */
export interface ConversationGroup {
  readonly heading: string;
  readonly entries: readonly ConversationEntry[];
}

export interface ConversationEntriesOptions {
  /** What a person has typed. */
  readonly query: string;
  /** The conversation that the window shows. */
  readonly shownId: string;
  readonly now: Date;
  readonly t: Translate;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The newest first, by age, as long as nothing is searched. Otherwise those that have all of the words somewhere in
 * titles, models or texts: those with them in the title before others.
 */
export function conversationGroups(
  summaries: readonly ConversationSummary[],
  options: ConversationEntriesOptions,
): ConversationGroup[] {
  const words = options.query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length > 0) {
    const found = summaries.filter(({ searched }) => words.every((word) => searched.includes(word)));
    const [inTitle, others] = [isInTitle(words, true), isInTitle(words, false)].map((which) => found.filter(which));
    const entries = [...(inTitle ?? []), ...(others ?? [])].map((summary) => entryOf(summary, words, options));
    return entries.length === 0 ? [] : [{ heading: "", entries }];
  }
  const groups = Map.groupBy(summaries, ({ changedAt }) => age(new Date(changedAt), options));
  return [...groups].map(([heading, some]) => ({ heading, entries: some.map((each) => entryOf(each, [], options)) }));
}

const isInTitle =
  (words: readonly string[], wanted: boolean) =>
  ({ title }: ConversationSummary): boolean =>
    words.every((word) => title.toLowerCase().includes(word)) === wanted;

function entryOf(
  { id, title, changedAt, questionCount, models, text }: ConversationSummary,
  words: readonly string[],
  { shownId, now, t }: ConversationEntriesOptions,
): ConversationEntry {
  const isShown = id === shownId;
  const questions = questionCount === 1 ? t("1 question") : t("{0} questions", { 0: questionCount });
  const parts = [isShown ? t("shown now") : "", moment(new Date(changedAt), now), questions];
  const names = models.map((model) => plainText(model, 40)).join(", ");
  return {
    id,
    label: title === "" ? t("Conversation without words") : title,
    description: [...parts, plainText(names, 80)].filter(Boolean).join(" · "),
    detail: words.every((word) => title.toLowerCase().includes(word)) ? "" : excerpt(text, words),
    isShown,
  };
}

/** The text around the first word that it has, in one line. */
function excerpt(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  if (places.length === 0) return "";
  const start = Math.max(0, Math.min(...places) - 30);
  return `${start === 0 ? "" : "…"}${plainText(text.slice(start, start + 200), 120)}`;
}

function age(then: Date, { now, t }: Pick<ConversationEntriesOptions, "now" | "t">): string {
  const days = Math.round((startOfDay(now) - startOfDay(then)) / dayMs);
  if (days <= 0) return t("Today");
  if (days === 1) return t("Yesterday");
  return days < 7 ? t("The last seven days") : t("Earlier");
}

/** The time of today's, the day of others. */
function moment(then: Date, now: Date): string {
  const isToday = startOfDay(then) === startOfDay(now);
  return isToday
    ? then.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })
    : then.toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
