/** A free place, as seen by a prompt. Lengths in tokens. */
export interface PlaceView {
  readonly id: number;
  readonly storedTokens: number;
  /** How many of them the prompt begins with. */
  readonly commonTokens: number;
  /** Answers that were begun elsewhere since this place was last used. */
  readonly usesSince: number;
}

/**
 * What one more group of neighbours costs, in evaluated prompt tokens. llama.cpp computes each group of consecutive
 * sequence numbers by itself, so that every further step of the answer takes up to twice as long.
 */
const gapCost = 256;

/**
 * The place where a prompt costs least: the tokens to evaluate, the density of the sequence numbers, and what another
 * conversation loses, which is worth half as much with each answer since, because fewer and fewer are continued.
 */
export function choosePlace(free: readonly PlaceView[], busy: ReadonlySet<number>): number | undefined {
  const costOf = (place: PlaceView): number => {
    const lost = (place.storedTokens - place.commonTokens) * 0.5 ** (place.usesSince + 1);
    return lost - place.commonTokens + gapCost * moreGroups(place.id, busy);
  };
  let best: { id: number; cost: number } | undefined;
  for (const place of free) {
    const cost = costOf(place);
    if (best === undefined || cost < best.cost) best = { id: place.id, cost };
  }
  return best?.id;
}

function moreGroups(id: number, busy: ReadonlySet<number>): number {
  if (busy.size === 0) return 0;
  return 1 - Number(busy.has(id - 1)) - Number(busy.has(id + 1));
}
