import type { Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type TextRequest, textRequestSchema } from "../../../contract/openai/completions.ts";
import type { Answers } from "./answer-delta.ts";
import { plainAnswer } from "./chat-answer.ts";
import { infillPrompt } from "./infill-prompt.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { always, parseRequest } from "./parse-request.ts";
import { readTokens } from "./read-tokens.ts";
import { samplingOptions } from "./sampling.ts";
import { answerRoom, checkPlaces, stopTexts, withLeases } from "./start-answers.ts";

const unsupported = {
  echo: (value: unknown) => value !== false,
  best_of: (value: unknown) => value !== 1,
  response_format: always,
  tools: always,
};

/** OpenAI's default for this call alone. */
const defaultMaxTokens = 16;

/** Reads the body of `POST /v1/completions`. @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field` */
export const parseTextRequest = (body: Buffer): TextRequest => parseRequest(body, textRequestSchema, unsupported);

/** See `startChatCompletion`; the prompt is a text that the model goes on with, up to the suffix where there is one. */
export function startTextCompletion(loaded: LoadedModel, request: TextRequest, signal: AbortSignal): Answers {
  const count = request.n ?? 1;
  checkPlaces(loaded, count);
  const { prompt, suffix } = request;
  const isInfill = typeof suffix === "string" && suffix !== "";
  const promptTokens = isInfill ? readGap(loaded, prompt, suffix) : readPrompt(loaded, prompt);
  // A control token means something else than more of the same text: another file, another gap.
  const endTokens = isInfill ? new Set(loaded.vocabulary.controlTokens) : undefined;
  const room = answerRoom(loaded, promptTokens.length);
  const maxTokens = Math.min(request.max_tokens ?? defaultMaxTokens, room);
  const stop = stopTexts(request.stop);
  const logprobs = request.logprobs ?? undefined;
  const samplings = Array.from({ length: count }, (_, index) => samplingOptions(request, loaded.model, index));
  return withLeases({ loaded, promptTokens, samplings }, (lease, sampling) =>
    plainAnswer({ lease, sampling, stop, endTokens, maxTokens, logprobs, signal }),
  );
}

/** Tokens have no place in it: where a text is cut, its tokens may be others. */
function readGap(loaded: LoadedModel, prompt: TextRequest["prompt"], suffix: string): Token[] {
  const prefix = typeof prompt === "string" ? prompt : prompt[0];
  if (typeof prefix === "string") return infillPrompt(loaded, { prefix, suffix });
  throw new MeshError("invalid_field", { field: "prompt", problem: "expected a text, since there is a suffix" });
}

/** Control tokens only by number: in a text, their names are text. */
function readPrompt({ model }: LoadedModel, prompt: TextRequest["prompt"]): Token[] {
  if (Array.isArray(prompt) && typeof prompt[0] === "number") return readTokens(model, prompt as number[], "prompt");
  const text = typeof prompt === "string" ? prompt : String(prompt[0]);
  const { bos, shouldPrependBosToken } = model.tokens;
  const tokens = model.tokenize(text, false);
  const whole = shouldPrependBosToken && bos !== null ? [bos, ...tokens] : tokens;
  if (whole.length > 0) return whole;
  throw new MeshError("invalid_field", {
    field: "prompt",
    problem: "this model needs at least one token to begin with",
  });
}
