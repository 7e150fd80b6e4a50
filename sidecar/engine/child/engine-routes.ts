import type { ServerResponse } from "node:http";
import type { InferencePath } from "../../../contract/openai/paths.ts";
import { startChatCompletion } from "./chat-completion.ts";
import { chatShape, textShape } from "./completion-shape.ts";
import { detokenize, tokenize } from "./count-tokens.ts";
import { embed } from "./embeddings.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { parseChatRequest } from "./parse-chat-request.ts";
import { rerank } from "./rerank.ts";
import { parseTextRequest, startTextCompletion } from "./text-completion.ts";
import { writeJson, writeStream, writeWhole } from "./write-completion.ts";

export interface EngineCall {
  readonly loaded: LoadedModel;
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** What an engine can be asked for. The gateway and the router know these paths by `contract/openai/paths.ts`. */
export const engineRoutes = {
  "/v1/chat/completions": async ({ loaded, body, response, signal }: EngineCall) => {
    const request = parseChatRequest(body);
    const answers = await startChatCompletion(loaded, request, signal);
    const write = request.stream === true ? writeStream : writeWhole;
    await write(response, answers, {
      model: loaded.id,
      shape: chatShape,
      count: request.n ?? 1,
      withLogprobs: request.logprobs === true,
      withUsage: request.stream_options?.include_usage === true,
    });
  },
  "/v1/completions": async ({ loaded, body, response, signal }: EngineCall) => {
    const request = parseTextRequest(body);
    const answers = startTextCompletion(loaded, request, signal);
    const write = request.stream === true ? writeStream : writeWhole;
    await write(response, answers, {
      model: loaded.id,
      shape: textShape,
      count: request.n ?? 1,
      withLogprobs: typeof request.logprobs === "number",
      withUsage: request.stream_options?.include_usage === true,
    });
  },
  "/v1/embeddings": async ({ loaded, body, response, signal }: EngineCall) =>
    writeJson(response, await embed(loaded, body, signal)),
  "/v1/rerank": async ({ loaded, body, response, signal }: EngineCall) =>
    writeJson(response, await rerank(loaded, body, signal)),
  "/v1/tokenize": async ({ loaded, body, response, signal }: EngineCall) =>
    writeJson(response, await tokenize(loaded, body, signal)),
  "/v1/detokenize": async ({ loaded, body, response }: EngineCall) => writeJson(response, detokenize(loaded, body)),
} as const satisfies Record<InferencePath, (call: EngineCall) => Promise<void> | void>;
