import type { Answer, AnswerEnd, Answers } from "./answer-delta.ts";

/** Several answers as one stream, each piece with its answer's number, in the order in which they come. */
export async function* mergeAnswers(answers: readonly Answer[]): Answers {
  const ends: AnswerEnd[] = [];
  const open = new Map(answers.map((answer, index) => [index, step(answer, index)]));
  try {
    while (open.size > 0) {
      const { index, result } = await Promise.race(open.values());
      const answer = answers[index];
      if (result.done === true || answer === undefined) {
        open.delete(index);
        if (result.done === true) ends[index] = result.value;
        continue;
      }
      yield { index, delta: result.value };
      open.set(index, step(answer, index));
    }
  } finally {
    // Those that still wait for a token reject once their place is taken from them: nobody listens any more.
    for (const waiting of open.values()) waiting.catch(() => undefined);
  }
  return ends;
}

const step = async (answer: Answer, index: number) => ({ index, result: await answer.next() });
