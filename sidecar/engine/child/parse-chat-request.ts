import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type ChatMessage, type ChatRequest, chatRequestSchema } from "../../../contract/openai/chat.ts";
import { always, isFilled, parseRequest } from "./parse-request.ts";

/** Fields of OpenAI's that change the answer and that this engine does not know. */
const unsupported = {
  functions: isFilled,
  function_call: (value: unknown) => value !== "none",
  modalities: (value: unknown) => JSON.stringify(value) !== '["text"]',
  audio: always,
  web_search_options: always,
};

/**
 * Reads the body of `POST /v1/chat/completions`, and checks what no single field can tell.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field`, each naming what is wrong
 */
export function parseChatRequest(body: Buffer): ChatRequest {
  const request = parseRequest(body, chatRequestSchema, unsupported);
  for (const [index, message] of request.messages.entries()) checkMessage(message, `messages[${index}]`);
  checkTools(request);
  if (request.continue_final_message === true) checkContinuation(request);
  if (typeof request.top_logprobs === "number" && request.logprobs !== true) {
    throw invalid("top_logprobs", "it needs 'logprobs': true");
  }
  return request;
}

function checkMessage(message: ChatMessage, field: string): void {
  if (message.role === "tool" && typeof message.tool_call_id !== "string") {
    throw invalid(`${field}.tool_call_id`, "a tool's message has to name the call that it answers");
  }
  if (message.role !== "assistant" && (message.tool_calls?.length ?? 0) > 0) {
    throw invalid(`${field}.tool_calls`, "only an assistant's message has calls");
  }
}

function checkTools({ tools, tool_choice: choice }: ChatRequest): void {
  const names = (tools ?? []).map((tool) => tool.function.name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) throw invalid(`tools[${index}].function.name`, "two functions have this name");
  }
  if (choice === null || choice === undefined || choice === "none" || choice === "auto") return;
  if (names.length === 0) throw invalid("tool_choice", "there are no tools to choose from");
  if (typeof choice === "object" && !names.includes(choice.function.name)) {
    throw invalid("tool_choice.function.name", "no tool has this name");
  }
}

/** What is gone on with is plain text: a grammar or a call has begun where nobody can see it. */
function checkContinuation(request: ChatRequest): void {
  const { messages, tools, tool_choice: choice, response_format: format, add_generation_prompt: prompts } = request;
  const last = messages.at(-1);
  const isText = typeof last?.content === "string" && last.content !== "" && (last.tool_calls?.length ?? 0) === 0;
  const problems: readonly (readonly [isWrong: boolean, problem: string])[] = [
    [last?.role !== "assistant" || !isText, "the last message has to be an assistant's, with a text"],
    [prompts === true, "it cannot be set together with 'add_generation_prompt'"],
    [(tools?.length ?? 0) > 0 && choice !== "none", "it goes on with text alone, and not with 'tools'"],
    [(format?.type ?? "text") !== "text", "it goes on with text alone, and not with a 'response_format'"],
  ];
  const problem = problems.find(([isWrong]) => isWrong)?.[1];
  if (problem !== undefined) throw invalid("continue_final_message", problem);
}

const invalid = (field: string, problem: string): MeshError => new MeshError("invalid_field", { field, problem });
