import { BytePairEncoder, type Merge, splitIntoWords } from "./byte-pair-encoding.ts";
import type { Topic } from "./corpus/topic.ts";
import { trainMerges } from "./merge-training.ts";
import { type KeywordLevel, keywordLevels } from "./residual-layout.ts";
import { specialTokens, vocabularyOf } from "./tokenizer-metadata.ts";

/** What a keyword token says about the message that it stands in. */
export interface Keyword {
  readonly topicId: string;
  readonly level: KeywordLevel;
}

/** The tokenizer made for a corpus, and what its tokens mean to the topic heads. */
export interface DemoVocabulary {
  readonly tokens: readonly string[];
  readonly merges: readonly Merge[];
  readonly encoder: BytePairEncoder;
  readonly keywords: ReadonlyMap<number, Keyword>;
  /** Tokens that start the conversation or a user's turn: older keywords no longer count. */
  readonly turnMarkers: ReadonlySet<number>;
  /**
   * Token ids of an answer, without any keyword or marker in them. Such words are spelled in pieces, which read the
   * same; otherwise an answer that mentions another topic would change the subject half-way.
   */
  spell(text: string): number[];
}

/** Everyday words that start with a keyword and mean something else: as tokens of their own they are not taken for it. */
const harmlessWords = "used user users whole notice note notes windows";

/** Keywords that stand inside everyday words ("because", "export", "frame"): in lower case only found after a space. */
const partsOfOtherWords = new Set("use port add ram file load code test data safe".split(" "));

const roleNames = ["system", "user", "assistant"];

export function makeDemoVocabulary(topics: readonly Topic[]): DemoVocabulary {
  const keywordEntries = topics.flatMap(keywordsOf);
  const words = new Set([
    ...topics.flatMap((topic) => topic.answers).flatMap(splitIntoWords),
    ...keywordEntries.flatMap(({ word }) => spellingsOf(word)),
    ...harmlessWords.split(" ").map((word) => ` ${word}`),
    ...roleNames,
  ]);
  const merges = trainMerges(words);
  const tokens = vocabularyOf(merges);
  const encoder = new BytePairEncoder(tokens, merges);
  const keywords = keywordTokens(keywordEntries, encoder);
  const turnMarkers = new Set([encoder.idOf(specialTokens.begin), singleToken("user", encoder)]);
  const inPieces = (id: number): number[] => {
    if (!keywords.has(id) && !turnMarkers.has(id)) return [id];
    const halves = encoder.halvesOf(id);
    if (halves === undefined) throw new Error(`"${tokens[id]}" is a keyword and cannot be spelled in pieces`);
    return halves.flatMap(inPieces);
  };
  return { tokens, merges, encoder, keywords, turnMarkers, spell: (text) => encoder.encode(text).flatMap(inPieces) };
}

interface KeywordEntry extends Keyword {
  readonly word: string;
}

function keywordsOf(topic: Topic): KeywordEntry[] {
  return keywordLevels.flatMap((level) => {
    const words = topic[level]?.split(" ") ?? [];
    return words.map((word) => ({ word, level, topicId: topic.id }));
  });
}

/**
 * The spellings of a keyword that people type: as written and in lower case, inside a line (after a space, which belongs
 * to the word) and at its start, where it may also be capitalized.
 */
function spellingsOf(word: string): string[] {
  const lower = word.toLowerCase();
  const capitalized = lower.charAt(0).toUpperCase() + lower.slice(1);
  const spellings = new Set([word, lower, capitalized, ` ${word}`, ` ${lower}`]);
  return [...spellings].filter((spelling) => !partsOfOtherWords.has(spelling));
}

function keywordTokens(entries: readonly KeywordEntry[], encoder: BytePairEncoder): Map<number, Keyword> {
  const keywords = new Map<number, Keyword>();
  for (const { word, topicId, level } of entries) {
    for (const spelling of spellingsOf(word)) {
      const id = singleToken(spelling, encoder);
      if (keywords.has(id)) throw new Error(`the keyword "${word}" is given twice`);
      keywords.set(id, { topicId, level });
    }
  }
  return keywords;
}

function singleToken(word: string, encoder: BytePairEncoder): number {
  const [id, ...rest] = encoder.encode(word);
  if (id === undefined || rest.length > 0) throw new Error(`"${word}" is not a single token`);
  return id;
}
