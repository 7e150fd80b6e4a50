import type { Topic } from "./corpus/topic.ts";
import type { DemoVocabulary } from "./demo-vocabulary.ts";
import { specialTokens } from "./tokenizer-metadata.ts";

/** One place in one answer: what the model sees there, and the token that has to come next. */
export interface AnswerStep {
  readonly current: number;
  /** The tokens one, two and three places back. */
  readonly back: readonly [number, number, number];
  readonly topicId: string;
  readonly next: number;
  /** How often it counts where several answers share what is seen, as all answers of a topic share their opening. */
  readonly share: number;
}

/** Something that the memory recognises, and what it then predicts. */
export interface MemoryContext {
  /** How many of `contextParts` it looks at. */
  readonly depth: number;
  /** Any of the steps that it stands for; all agree in the parts that it looks at. */
  readonly example: AnswerStep;
  /** One token; or, at the opening of a topic with several answers, their first tokens with their probabilities. */
  readonly prediction: Prediction;
  /** The next shorter context that recognises the same steps: it speaks too, and has to be overruled. */
  readonly parent: MemoryContext | undefined;
}

export type Prediction = readonly (readonly [token: number, probability: number])[];

/** What a context looks at, in this order: each longer context adds one part to its parent's. */
export const contextParts = ["current", "back1", "back2", "back3", "topic"] as const;

export type ContextPart = (typeof contextParts)[number];

/** All steps through all answers, from the end of the question to the end of the turn. */
export function answerSteps(topics: readonly Topic[], vocabulary: DemoVocabulary): AnswerStep[] {
  const { encoder } = vocabulary;
  const newLine = encoder.encode("\n");
  const opening = [...newLine, encoder.idOf(specialTokens.turnStart), ...encoder.encode("assistant"), ...newLine];
  return topics.flatMap((topic) =>
    topic.answers.flatMap((answer, index) => {
      const tokens = [...opening, ...vocabulary.spell(answer), encoder.idOf(specialTokens.turnEnd)];
      const at = (position: number) => tokens[position] ?? 0;
      return tokens.slice(opening.length).map((next, offset): AnswerStep => {
        const here = opening.length + offset - 1;
        const back = [at(here - 1), at(here - 2), at(here - 3)] as const;
        // The first answer leads by ln 4 = 1.4 in score, more than rounding takes away: at temperature 0 it always wins.
        return { current: at(here), back, topicId: topic.id, next, share: index === 0 ? 4 : 1 };
      });
    }),
  );
}

/**
 * The contexts that together predict every step, built like a decision list: each single token predicts what follows it
 * most often, and only where that is wrong a longer context overrules it. A longer context that agrees with its parent
 * is left out; that saves three units in ten. Throws when even the longest context leaves a choice in the middle of an
 * answer, because the model would then wander from one sentence into another: the corpus has to be worded differently.
 */
export function memoryContexts(steps: readonly AnswerStep[], vocabulary: DemoVocabulary): MemoryContext[] {
  const contexts: MemoryContext[] = [];
  const problems: string[] = [];
  const addContexts = (group: readonly AnswerStep[], depth: number, parent: MemoryContext | undefined): void => {
    for (const same of groupedBy(group, contextParts[depth - 1] ?? "topic")) {
      const successors = successorsOf(same);
      const isLongest = depth === contextParts.length;
      if (isLongest && successors.length > 1) problems.push(...ambiguityOf(same, successors, vocabulary));
      const prediction = isLongest ? successors : successors.slice(0, 1);
      const context = agrees(prediction, parent) ? parent : contextOf(same, { depth, prediction, parent });
      if (context !== undefined && context !== parent) contexts.push(context);
      if (!isLongest && successors.length > 1) addContexts(same, depth + 1, context);
    }
  };
  addContexts(steps, 1, undefined);
  if (problems.length > 0) throw new Error(`word the corpus differently:\n${problems.join("\n")}`);
  return contexts;
}

function groupedBy(steps: readonly AnswerStep[], part: ContextPart): AnswerStep[][] {
  return [...Map.groupBy(steps, (step) => partOf(step, part)).values()];
}

function partOf(step: AnswerStep, part: ContextPart): number | string {
  switch (part) {
    case "current":
      return step.current;
    case "back1":
      return step.back[0];
    case "back2":
      return step.back[1];
    case "back3":
      return step.back[2];
    case "topic":
      return step.topicId;
  }
}

/** What follows the steps, most probable first; equal ones keep the order of the corpus, since sorting is stable. */
function successorsOf(steps: readonly AnswerStep[]): Prediction {
  const shares = new Map<number, number>();
  for (const { next, share } of steps) shares.set(next, (shares.get(next) ?? 0) + share);
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
  const successors = [...shares].map(([token, share]) => [token, share / total] as const);
  return successors.sort(([, left], [, right]) => right - left);
}

function agrees(prediction: Prediction, parent: MemoryContext | undefined): boolean {
  return prediction.length === 1 && parent?.prediction[0]?.[0] === prediction[0]?.[0];
}

function contextOf(steps: readonly AnswerStep[], context: Omit<MemoryContext, "example">): MemoryContext {
  const [example] = steps;
  if (example === undefined) throw new Error("a context without a step");
  return { ...context, example };
}

/** Only the opening of a turn may leave a choice: between the answers of the topic. */
function ambiguityOf(steps: readonly AnswerStep[], successors: Prediction, { encoder }: DemoVocabulary): string[] {
  const [example] = steps;
  if (example === undefined || example.back[1] === encoder.idOf(specialTokens.turnStart)) return [];
  const seen = encoder.decode([...example.back.toReversed(), example.current]);
  const next = successors.map(([token]) => JSON.stringify(encoder.decode([token]))).join(" or ");
  return [`topic ${example.topicId}: after ${JSON.stringify(seen)} comes ${next}`];
}
