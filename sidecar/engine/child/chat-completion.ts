import type { ChatRequest } from "../../../contract/openai/chat.ts";
import type { Answers } from "./answer-delta.ts";
import { planAnswer } from "./answer-plan.ts";
import { chatAnswer, plainAnswer } from "./chat-answer.ts";
import type { PromptInput } from "./chat-prompt.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { samplingOptions } from "./sampling.ts";
import { answerRoom, checkPlaces, stopTexts, withLeases } from "./start-answers.ts";

/**
 * Checks a request against the model. Nothing is generated before the first `next()`; from then on places in the
 * model's memory are held until the answers end, fail or are abandoned.
 *
 * @throws MeshError `no_chat_template`, `chat_template_failed`, `context_length_exceeded`, `schema_not_supported`,
 * `invalid_field`, `engine_busy`
 */
export async function startChatCompletion(
  loaded: LoadedModel,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Answers> {
  const count = request.n ?? 1;
  // Before the prompt is read, which takes seconds for a long one and holds up everybody meanwhile.
  checkPlaces(loaded, count);
  const { prompt, model } = loaded;
  const plan = planAnswer(request, prompt.callFormat, model);
  const { tokens, startsInReasoning } = await prompt.render(
    { ...conversationOf(request), tools: plan.tools, variables: templateVariables(request) },
    { contextTokens: loaded.contextTokens, signal },
  );
  const room = answerRoom(loaded, tokens.length);
  const maxTokens = Math.min(request.max_completion_tokens ?? request.max_tokens ?? room, room);
  const stop = stopTexts(request.stop);
  const logprobs = request.logprobs === true ? (request.top_logprobs ?? 0) : undefined;
  const samplings = Array.from({ length: count }, (_, index) => samplingOptions(request, model, index));
  const { callFormat: format, reasoning } = prompt;
  const isBegun = request.continue_final_message === true;
  return withLeases({ loaded, promptTokens: tokens, samplings }, (lease, sampling) => {
    const answer = { lease, sampling, stop, maxTokens, logprobs, signal };
    // In the middle of a text nothing is thought or called, and white space is part of it.
    if (isBegun) return plainAnswer(answer);
    return chatAnswer({ ...answer, loaded, plan, format, reasoning, startsInReasoning });
  });
}

/** The messages, and apart from them an answer that is to be gone on with. */
function conversationOf({
  messages,
  continue_final_message: goesOn,
}: ChatRequest): Pick<PromptInput, "messages" | "begun"> {
  const last = messages.at(-1);
  if (goesOn !== true || typeof last?.content !== "string") return { messages };
  return { messages: messages.slice(0, -1), begun: last.content };
}

/** What templates of thinking models ask for by name. */
export function templateVariables(
  request: Pick<ChatRequest, "reasoning_effort" | "chat_template_kwargs">,
): Record<string, unknown> {
  const effort = request.reasoning_effort;
  return {
    ...(effort === null || effort === undefined
      ? {}
      : { reasoning_effort: effort, enable_thinking: effort !== "none" }),
    ...request.chat_template_kwargs,
  };
}
