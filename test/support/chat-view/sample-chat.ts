import type { ToChatView } from "../../../contract/webview/chat.ts";
import { type ComposerState, noParameters } from "../../../contract/webview/chat-composer.ts";
import type { AttachmentChip, RouteWords, Turn } from "../../../contract/webview/chat-turns.ts";

type Update = Extract<ToChatView, { type: "update" }>;
type Question = Extract<Turn, { role: "user" }>;
type Answer = Extract<Turn, { role: "assistant" }>;

export const questionOf = (given: Partial<Question> & { readonly id: string }): Question => ({
  role: "user",
  text: "How do I reverse a string?",
  attachments: [],
  siblings: null,
  ...given,
});

/** A complete answer, but for what the test says of it. */
export const answerOf = (given: Partial<Answer> & { readonly id: string }): Answer => ({
  role: "assistant",
  text: "With `[::-1]`.",
  reasoning: "",
  state: "done",
  model: "qwen3-4b-instruct",
  figures: "240 ms to first token · 41 tokens/s · 312 tokens",
  isCut: false,
  canContinue: null,
  hasRoute: true,
  siblings: null,
  failure: null,
  ...given,
});

export const chipOf = (given: Partial<AttachmentChip> & { readonly id: string }): AttachmentChip => ({
  kind: "file",
  label: "reverse.py",
  detail: "src/reverse.py, all 24 lines",
  tokens: 312,
  isExact: true,
  thumbnail: null,
  problem: null,
  ...given,
});

export const composerOf = (given: Partial<ComposerState> = {}): ComposerState => ({
  model: { label: "qwen3-4b-instruct", detail: "This machine · 8K · 41 tokens/s · local", health: "healthy" },
  attachments: [],
  context: { promptTokens: 1_204, contextTokens: 8_192, isExact: true, warning: null },
  options: { instructions: null, parameters: noParameters },
  defaultInstructions: "Answer briefly.",
  ...given,
});

export const updateOf = (given: Partial<Update>): Update => ({
  type: "update",
  isReset: false,
  turns: [],
  appended: [],
  ...given,
});

/** A conversation from its beginning, ready for the next question. */
export const conversationOf = (turns: readonly Turn[], given: Partial<Update> = {}): Update =>
  updateOf({
    isReset: true,
    turns: [...turns],
    composer: composerOf(),
    notice: null,
    title: "Reverse a string",
    ...given,
  });

/** A picture of one pixel. */
export const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export const sampleAnswer = `Use a **slice** with a negative step. It works for every sequence:

\`\`\`python
from functools import cache

@cache
def reverse(text: str) -> str:
    """Returns the text from its end to its beginning."""
    # A slice copies; nothing is changed in place.
    return text[::-1] if len(text) > 1 else text

print(reverse("mesh"), 0x1f)
\`\`\`

1. \`text[::-1]\` takes \`O(n)\` time and memory.
2. \`reversed(text)\` gives an *iterator*; see [the documentation](https://docs.python.org/3/).

| way | copies | speed |
|---|---|---|
| slice | yes | fast |
| \`reversed\` | no | lazy |

> Letters with marks of their own are more than one character.

\`\`\`diff
--- a/reverse.py
+++ b/reverse.py
@@ -1,2 +1,2 @@
-return "".join(reversed(text))
+return text[::-1]
\`\`\``;

export const sampleTurns: readonly Turn[] = [
  questionOf({
    id: "q1",
    text: "How do I reverse a string in this file?",
    attachments: [chipOf({ id: "a1" }), chipOf({ id: "a2", kind: "selection", label: "reverse.py:10-24", tokens: 87 })],
    siblings: { index: 1, count: 2 },
  }),
  answerOf({
    id: "a1",
    text: sampleAnswer,
    reasoning: "The person has a Python file.\n\nA slice is the shortest way.",
    siblings: { index: 1, count: 3 },
  }),
];

export const sampleRoute: RouteWords = {
  summary: "Answered by workstation, because it should have answered soonest.",
  facts: [
    { name: "Node", value: "workstation" },
    { name: "Model", value: "qwen3-4b-instruct (Q4_K_M)" },
    { name: "Digest", value: "sha256:3f8a…91bc" },
    { name: "Strategy", value: "auto" },
    { name: "First token", value: "240 ms (estimated 310 ms)" },
  ],
  attempts: [
    { place: "studio-mac", outcome: "no answer within 10 s", hasAnswered: false },
    { place: "workstation", outcome: "answered", hasAnswered: true },
  ],
  rejected: [{ place: "cloud", reason: "the privacy label “lan” keeps prompts from it" }],
};
