import type { AnswerDelta } from "./answer-delta.ts";
import type { ToolCallDelta } from "./calls/call-reader.ts";
import type { GeneratedToken, TokenProbability } from "./generated-token.ts";

/** One whole answer, put together from its pieces. */
export interface CollectedAnswer {
  content: string;
  reasoning: string;
  readonly toolCalls: { id: string; name: string; arguments: string }[];
  readonly tokens: GeneratedToken[];
}

export function collect(answer: CollectedAnswer, delta: AnswerDelta): void {
  answer.content += delta.content ?? "";
  answer.reasoning += delta.reasoning ?? "";
  answer.tokens.push(...(delta.tokens ?? []));
  for (const { index, id, function: called } of delta.toolCalls ?? []) {
    const call = answer.toolCalls[index];
    if (call === undefined)
      answer.toolCalls[index] = { id: id ?? "", name: called.name ?? "", arguments: called.arguments };
    else call.arguments += called.arguments;
  }
}

/** What differs between the two kinds of completions. Source: the OpenAI API reference, 2026. */
export interface CompletionShape {
  readonly idPrefix: string;
  readonly wholeObject: string;
  readonly chunkObject: string;
  whole(answer: CollectedAnswer, withLogprobs: boolean): object;
  /** Fields of a choice that come before the first piece. */
  readonly opening: object | undefined;
  chunk(delta: AnswerDelta): object;
  readonly closing: object;
}

export const chatShape: CompletionShape = {
  idPrefix: "chatcmpl",
  wholeObject: "chat.completion",
  chunkObject: "chat.completion.chunk",
  whole: ({ content, reasoning, toolCalls, tokens }, withLogprobs) => ({
    message: {
      role: "assistant",
      content: content === "" && toolCalls.length > 0 ? null : content,
      ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(wholeCall) }),
    },
    ...(withLogprobs ? { logprobs: chatLogprobs(tokens) } : {}),
  }),
  opening: { delta: { role: "assistant", content: "" } },
  chunk: ({ content, reasoning, toolCalls, tokens }) => ({
    delta: {
      ...(content === undefined ? {} : { content }),
      ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
      ...(toolCalls === undefined ? {} : { tool_calls: joinedCalls(toolCalls) }),
    },
    ...(tokens === undefined ? {} : { logprobs: chatLogprobs(tokens) }),
  }),
  closing: { delta: {} },
};

export const textShape: CompletionShape = {
  idPrefix: "cmpl",
  wholeObject: "text_completion",
  chunkObject: "text_completion",
  whole: ({ content, tokens }, withLogprobs) => ({
    text: content,
    logprobs: withLogprobs ? textLogprobs(tokens) : null,
  }),
  opening: undefined,
  chunk: ({ content, tokens }) => ({
    text: content ?? "",
    logprobs: tokens === undefined ? null : textLogprobs(tokens),
  }),
  closing: { text: "", logprobs: null },
};

const wholeCall = ({ id, name, arguments: text }: CollectedAnswer["toolCalls"][number]): object => ({
  id,
  type: "function",
  function: { name, arguments: text },
});

/** Pieces of the same call that come together are one piece. */
function joinedCalls(deltas: readonly ToolCallDelta[]): ToolCallDelta[] {
  const joined: ToolCallDelta[] = [];
  for (const delta of deltas) {
    const last = joined.at(-1);
    if (last?.index !== delta.index) joined.push(delta);
    else {
      const text = last.function.arguments + delta.function.arguments;
      joined[joined.length - 1] = { ...last, function: { ...last.function, arguments: text } };
    }
  }
  return joined;
}

/** What OpenAI says for a token that the model had ruled out: JSON knows no infinity. */
const impossible = -9999;
const finite = (logprob: number | undefined): number => Math.max(impossible, logprob ?? impossible);
const textOf = ({ bytes }: Pick<TokenProbability, "bytes">): string => Buffer.from(bytes).toString("utf8");

function chatLogprobs(tokens: readonly GeneratedToken[]): object {
  const named = (token: Pick<TokenProbability, "bytes"> & { readonly logprob?: number }): object => ({
    token: textOf(token),
    logprob: finite(token.logprob),
    bytes: [...token.bytes],
  });
  const content = tokens.map((token) => ({ ...named(token), top_logprobs: (token.alternatives ?? []).map(named) }));
  return { content, refusal: null };
}

function textLogprobs(tokens: readonly GeneratedToken[]): object {
  return {
    tokens: tokens.map(textOf),
    token_logprobs: tokens.map(({ logprob }) => finite(logprob)),
    top_logprobs: tokens.map(({ alternatives = [] }) =>
      Object.fromEntries(alternatives.map((each) => [textOf(each), finite(each.logprob)])),
    ),
  };
}
