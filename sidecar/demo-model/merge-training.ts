import { byteSymbols, type Merge } from "./byte-pair-encoding.ts";

/** The words that still hold a pair, and how often in all. */
interface PairUse {
  count: number;
  readonly wordIndexes: Set<number>;
}

/**
 * Learns byte-pair merges until every given word is a single token, or `limit` merges are made.
 *
 * Each merge joins the pair that occurs most often in the words; equal pairs go by their spelling, so that the result
 * does not depend on iteration order. Pair counts are updated only in the words that a merge touches.
 * Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016.
 */
export function trainMerges(words: Iterable<string>, limit = Number.POSITIVE_INFINITY): Merge[] {
  const training = new MergeTraining(words);
  const merges: Merge[] = [];
  while (merges.length < limit) {
    const merge = training.mostFrequentPair();
    if (merge === undefined) break;
    training.join(merge);
    merges.push(merge);
  }
  return merges;
}

class MergeTraining {
  private readonly words: string[][];
  private readonly pairs = new Map<string, PairUse>();

  constructor(words: Iterable<string>) {
    this.words = Array.from(words, byteSymbols);
    for (const index of this.words.keys()) this.countPairs(index, 1);
  }

  mostFrequentPair(): Merge | undefined {
    let best: string | undefined;
    let bestCount = 0;
    for (const [pair, { count }] of this.pairs) {
      if (count > bestCount || (count === bestCount && best !== undefined && pair < best)) {
        best = pair;
        bestCount = count;
      }
    }
    const [left, right] = best?.split(" ") ?? [];
    return left === undefined || right === undefined ? undefined : [left, right];
  }

  join([left, right]: Merge): void {
    const indexes = this.pairs.get(`${left} ${right}`)?.wordIndexes ?? [];
    for (const index of [...indexes]) {
      this.countPairs(index, -1);
      this.words[index] = joined(this.words[index] ?? [], left, right);
      this.countPairs(index, 1);
    }
  }

  private countPairs(wordIndex: number, sign: 1 | -1): void {
    const symbols = this.words[wordIndex] ?? [];
    for (let position = 0; position + 1 < symbols.length; position++) {
      const pair = `${symbols[position]} ${symbols[position + 1]}`;
      const use = this.pairs.get(pair) ?? { count: 0, wordIndexes: new Set<number>() };
      use.count += sign;
      if (sign > 0) use.wordIndexes.add(wordIndex);
      else use.wordIndexes.delete(wordIndex);
      if (use.count > 0) this.pairs.set(pair, use);
      else this.pairs.delete(pair);
    }
  }
}

function joined(symbols: readonly string[], left: string, right: string): string[] {
  const result: string[] = [];
  for (let position = 0; position < symbols.length; position++) {
    const isPair = symbols[position] === left && symbols[position + 1] === right;
    result.push(isPair ? left + right : (symbols[position] ?? ""));
    if (isPair) position++;
  }
  return result;
}
