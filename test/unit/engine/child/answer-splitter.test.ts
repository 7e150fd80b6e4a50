import { describe, expect, it } from "vitest";
import {
  type AnswerSegment,
  AnswerSplitter,
  type AnswerSplitterOptions,
} from "../../../../sidecar/engine/child/answer-splitter.ts";

const reasoning = { open: "<think>", close: "</think>" };
const opener = { text: "<tool_call>", isOnlyAtStart: false };
const none: AnswerSplitterOptions = { reasoning: undefined, startsInReasoning: false };

/** The parts of an answer that comes in pieces of so many characters. */
function split(
  text: string,
  options: AnswerSplitterOptions,
  size: number,
): Partial<Record<AnswerSegment["kind"], string>> {
  const splitter = new AnswerSplitter(options);
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const parts: Partial<Record<AnswerSegment["kind"], string>> = {};
  for (const segment of [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]) {
    parts[segment.kind] = (parts[segment.kind] ?? "") + segment.text;
  }
  return parts;
}

describe("an answer in pieces of any size", () => {
  const cases: readonly [name: string, text: string, options: AnswerSplitterOptions, parts: object][] = [
    ["plain text stays as it is", " a <think> b\n\n", none, { content: " a <think> b\n\n" }],
    [
      "thoughts come first",
      "<think>\nHm.\n</think>\n\nYes.",
      { ...none, reasoning },
      { reasoning: "Hm.", content: "Yes." },
    ],
    [
      "thoughts that the template has begun",
      "Hm </thin k>.\n</think>\nYes.\n",
      { reasoning, startsInReasoning: true },
      { reasoning: "Hm </thin k>.", content: "Yes.\n" },
    ],
    ["thoughts that never end", "<think>Hm. </thi", { ...none, reasoning }, { reasoning: "Hm. </thi" }],
    ["no thoughts", "Yes <think>no</think>", { ...none, reasoning }, { content: "Yes <think>no</think>" }],
    ["empty thoughts", "<think>\n\n</think>\n\nYes", { ...none, reasoning }, { content: "Yes" }],
    ["a call after text", "Look:\n<tool_call>\n{", { ...none, opener }, { content: "Look:", calls: "\n{" }],
    ["a call at once", "<tool_call>{", { ...none, opener }, { calls: "{" }],
    ["what only begins like a call", "a <tool_ca", { ...none, opener }, { content: "a <tool_ca" }],
    [
      "a call in thoughts is none",
      "<think><tool_call></think><tool_call>{",
      { ...none, reasoning, opener },
      { reasoning: "<tool_call>", calls: "{" },
    ],
    [
      "an opener that counts at the start alone",
      'See {"name": "x"}',
      { ...none, opener: { text: '{"name": "', isOnlyAtStart: true } },
      { content: 'See {"name": "x"}' },
    ],
  ];
  for (const [name, text, options, parts] of cases) {
    it(name, () => {
      for (const size of [1, 2, 3, 7, 100]) expect(split(text, options, size), `${size}`).toEqual(parts);
    });
  }
});
