import { describe, expect, it } from "vitest";
import { answerSteps, memoryContexts } from "../../../sidecar/demo-model/answer-memory.ts";
import type { Topic } from "../../../sidecar/demo-model/corpus/topic.ts";
import { makeDemoVocabulary } from "../../../sidecar/demo-model/demo-vocabulary.ts";

function contextsOf(...topics: Topic[]) {
  const vocabulary = makeDemoVocabulary(topics);
  const steps = answerSteps(topics, vocabulary);
  return { vocabulary, steps, contexts: memoryContexts(steps, vocabulary) };
}

describe("memoryContexts", () => {
  it("needs one context per token where no token has two successors", () => {
    const { contexts, steps } = contextsOf({ id: "only", answers: ["one two three"] });
    expect(contexts.every((context) => context.depth === 1 && context.parent === undefined)).toBe(true);
    expect(contexts).toHaveLength(new Set(steps.map((step) => step.current)).size);
  });

  it("looks further back only where the shorter context is wrong", () => {
    const { contexts, vocabulary } = contextsOf({ id: "only", answers: ["red fox and red fox and red hen"] });
    const text = (ids: readonly number[]) => vocabulary.encoder.decode(ids);
    const overruling = contexts.filter((context) => context.depth > 1);
    expect(overruling.map(({ prediction }) => text(prediction.map(([token]) => token)))).toContain(" hen");
    for (const { parent, prediction } of overruling) expect(parent?.prediction[0]?.[0]).not.toBe(prediction[0]?.[0]);
  });

  it("lets the topic decide between equal beginnings", () => {
    const { contexts } = contextsOf(
      { id: "first", answers: ["I like tea with milk."] },
      { id: "second", answers: ["I like tea with milk!"] },
    );
    expect(contexts.some((context) => context.depth === 5)).toBe(true);
  });

  it("offers all answers of a topic at the opening, the first one before the others", () => {
    const { contexts } = contextsOf({ id: "only", answers: ["yes", "no"] });
    const opening = contexts.find(({ prediction }) => prediction.length > 1);
    const [[, first] = [0, 0], [, second] = [0, 0]] = opening?.prediction ?? [];
    expect(first).toBeGreaterThan(second);
    expect(first + second).toBeCloseTo(1);
  });

  it("refuses a corpus in which the model would lose its way, and says where", () => {
    const answers = ["so one two three four five, one two three four six"] as const;
    expect(() => contextsOf({ id: "maze", answers })).toThrow(
      'topic maze: after " one two three four" comes " five" or " six"',
    );
  });
});
