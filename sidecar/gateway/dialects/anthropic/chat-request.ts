import type { CountTokensRequest, MessagesRequest, Thinking } from "../../../../contract/anthropic/messages.ts";
import type { AnthropicTool, AnthropicToolChoice } from "../../../../contract/anthropic/tools.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { type ThinkingEffort, thinkingEffort } from "../thinking-effort.ts";
import { withoutAbsent } from "../without-absent.ts";
import { toChatMessages } from "./chat-messages.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The body of `POST /v1/chat/completions` that asks for the same answer.
 *
 * @throws MeshError `invalid_field`
 */
export function toChatRequest(request: MessagesRequest): Fields {
  const { stop_sequences: stop, metadata, temperature, top_p, top_k } = request;
  if (request.messages.at(-1)?.role === "assistant") {
    const problem = "the last one has to be the user's: an answer that has begun cannot be continued";
    throw invalidField(`messages.${request.messages.length - 1}.role`, problem);
  }
  const format = request.output_config?.format;
  const schema = { name: "answer", schema: format?.schema, strict: true };
  return {
    ...toConversation(request),
    max_tokens: request.max_tokens,
    // Whoever reads the answer's end wants to know what it took.
    ...(request.stream === true ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...withoutAbsent({ temperature, top_p, top_k, user: metadata?.user_id }),
    ...(stop === null || stop === undefined || stop.length === 0 ? {} : { stop }),
    ...(format === null || format === undefined
      ? {}
      : { response_format: { type: "json_schema", json_schema: schema } }),
  };
}

/** What a model reads: the part of a request that is counted. @throws MeshError `invalid_field` */
export function toConversation(request: CountTokensRequest | MessagesRequest): Fields {
  const { model, system, messages, tools } = request;
  checkNames(tools ?? []);
  return {
    model,
    messages: toChatMessages(system, messages),
    ...(tools === null || tools === undefined || tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    ...toToolChoice(request.tool_choice, tools ?? []),
    ...withoutAbsent({ reasoning_effort: toEffort(request.thinking, request.output_config?.effort) }),
  };
}

function checkNames(tools: readonly AnthropicTool[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of tools.entries()) {
    if (seen.has(name)) throw invalidField(`tools.${index}.name`, "two tools have this name");
    seen.add(name);
  }
}

const toTool = ({ name, description, input_schema: parameters, strict }: AnthropicTool): Fields => ({
  type: "function",
  function: { name, ...withoutAbsent({ description }), parameters, ...withoutAbsent({ strict }) },
});

function toToolChoice(choice: AnthropicToolChoice | null | undefined, tools: readonly AnthropicTool[]): Fields {
  if (choice === null || choice === undefined) return {};
  if (choice.type === "tool" && !tools.some(({ name }) => name === choice.name)) {
    throw invalidField("tool_choice.name", "no tool has this name");
  }
  if (tools.length === 0) {
    if (choice.type === "any") throw invalidField("tool_choice.type", "there are no tools to choose from");
    // A choice among nothing says nothing, and OpenAI's servers refuse it.
    return {};
  }
  const isSingle = choice.type !== "none" && choice.disable_parallel_tool_use === true;
  const names = { auto: "auto", any: "required", none: "none" } as const;
  return {
    tool_choice: choice.type === "tool" ? { type: "function", function: { name: choice.name } } : names[choice.type],
    ...(isSingle ? { parallel_tool_calls: false } : {}),
  };
}

/** Upper ends of the budgets, in tokens, that each effort stands for: OpenAI's dialect knows no exact ones. */
const [lowBudget, mediumBudget] = [4096, 16_384];

type Effort = NonNullable<MessagesRequest["output_config"]>["effort"];

/** How hard to think. Undefined leaves it to the model, as `adaptive` does. */
function toEffort(thinking: Thinking | null | undefined, effort: Effort): ThinkingEffort | undefined {
  if (thinking?.type === "disabled") return thinkingEffort(false);
  if (effort !== null && effort !== undefined) return effort === "max" ? "xhigh" : effort;
  if (thinking?.type !== "enabled") return undefined;
  if (thinking.budget_tokens <= lowBudget) return "low";
  return thinking.budget_tokens <= mediumBudget ? "medium" : "high";
}
