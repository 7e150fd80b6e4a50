import * as z from "zod";
import type { TallyView } from "../../contract/webview/compare-tally.ts";
import { plainText } from "../platform/plain-text.ts";

const count = z.number().int().min(0);
const contenderTallySchema = z.object({
  /** `contenderKey` of whom it is about. */
  key: z.string(),
  /** As it was called at the last vote, not cleaned. */
  name: z.string(),
  wins: count,
  ties: count,
  losses: count,
  /** Votes that none of the answers was any good. */
  none: count,
});
type ContenderTally = z.infer<typeof contenderTallySchema>;

const pairTallySchema = z.object({
  /** Keys, the smaller one first. */
  a: z.string(),
  b: z.string(),
  aWins: count,
  bWins: count,
  ties: count,
  none: count,
});
type PairTally = z.infer<typeof pairTallySchema>;

/** The votes of blind comparisons as they are kept: names and numbers, never a word of a prompt or an answer. */
export const tallySchema = z.object({
  format: z.literal(1),
  votes: count,
  contenders: z.array(contenderTallySchema),
  pairs: z.array(pairTallySchema),
});
export type Tally = z.infer<typeof tallySchema>;

export const emptyTally: Tally = { format: 1, votes: 0, contenders: [], pairs: [] };

/** Reads what was kept. Anything unknown is an empty tally: nobody can repair it by hand. */
export function restoreTally(stored: unknown): Tally {
  return tallySchema.safeParse(stored).data ?? emptyTally;
}

/** One vote. */
export interface Ballot {
  /** Those whose answers were judged, each once. */
  readonly contenders: readonly { readonly key: string; readonly name: string }[];
  /** The key of the best; `tie` when all were as good, `none` when none was any good. */
  readonly outcome: { readonly best: string } | "tie" | "none";
}

/** The tally with one vote more. */
export function withVote(tally: Tally, { contenders, outcome }: Ballot): Tally {
  const best = typeof outcome === "object" ? outcome.best : undefined;
  const tie = outcome === "tie" ? 1 : 0;
  const none = outcome === "none" ? 1 : 0;
  const known = new Map(tally.contenders.map((each) => [each.key, each]));
  for (const { key, name } of contenders) {
    const before: ContenderTally = known.get(key) ?? { key, name, wins: 0, ties: 0, losses: 0, none: 0 };
    known.set(key, {
      key,
      name,
      wins: before.wins + (key === best ? 1 : 0),
      losses: before.losses + (best !== undefined && key !== best ? 1 : 0),
      ties: before.ties + tie,
      none: before.none + none,
    });
  }
  const pairs = new Map(tally.pairs.map((pair) => [pairKey(pair), pair]));
  for (const pair of pairsOf(contenders.map(({ key }) => key))) {
    // Of three, the vote says nothing about the two that did not win.
    if (best !== undefined && pair.a !== best && pair.b !== best) continue;
    const before: PairTally = pairs.get(pairKey(pair)) ?? { ...pair, aWins: 0, bWins: 0, ties: 0, none: 0 };
    pairs.set(pairKey(pair), {
      ...before,
      aWins: before.aWins + (pair.a === best ? 1 : 0),
      bWins: before.bWins + (pair.b === best ? 1 : 0),
      ties: before.ties + tie,
      none: before.none + none,
    });
  }
  return { format: 1, votes: tally.votes + 1, contenders: [...known.values()], pairs: [...pairs.values()] };
}

/** The tally as the page shows it, best first. */
export function tallyView({ votes, contenders, pairs }: Tally): TallyView {
  const names = new Map(contenders.map(({ key, name }) => [key, plainText(name, 120)]));
  const rows = contenders.map(({ key, wins, ties, losses, none }) => {
    const share = Math.round((100 * wins) / (wins + ties + losses + none));
    return { name: names.get(key) ?? "", wins, ties, losses, none, share };
  });
  return {
    votes,
    contenders: rows.toSorted((one, other) => other.share - one.share || other.wins - one.wins),
    pairs: pairs.map(({ a, b, ...counts }) => ({ a: names.get(a) ?? "", b: names.get(b) ?? "", ...counts })),
  };
}

const pairKey = ({ a, b }: Pick<PairTally, "a" | "b">): string => JSON.stringify([a, b]);

function pairsOf(keys: readonly string[]): { a: string; b: string }[] {
  const sorted = keys.toSorted();
  return sorted.flatMap((a, index) => sorted.slice(index + 1).map((b) => ({ a, b })));
}
