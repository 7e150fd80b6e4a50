import type { TranslatableChat, TranslatableTool } from "../../../../contract/openai/translatable-chat.ts";
import { given } from "../given.ts";
import { refuseFields, unsupportedValue } from "../refuse-fields.ts";
import { toOllamaMessages } from "./chat-messages.ts";
import { type OllamaSettings, toOllamaOptions } from "./options.ts";

/** What Ollama's API has no words for. */
const unknown = ["n", "logit_bias", "logprobs", "top_logprobs"] as const satisfies readonly (keyof TranslatableChat)[];

/**
 * The body of `POST /api/chat`. Its prompt is never cut and its context never shifted: what does not fit is refused there.
 * Source: Ollama's API documentation and its types, 0.17.4.
 *
 * @throws MeshError `invalid_field`, `unsupported_field`
 */
export function toOllamaChat(request: TranslatableChat, model: string, settings: OllamaSettings): object {
  refuseFields(request, unknown);
  if (request.parallel_tool_calls === false) {
    throw unsupportedValue("parallel_tool_calls", "it cannot be kept from calling several at once");
  }
  return {
    model,
    messages: toOllamaMessages(request.messages),
    stream: request.stream ?? false,
    ...given({
      tools: toTools(request),
      format: toFormat(request.response_format),
      think: toThink(request),
    }),
    options: toOllamaOptions(request, settings, request.max_completion_tokens ?? request.max_tokens),
    truncate: false,
    shift: false,
  };
}

function toFormat(format: TranslatableChat["response_format"]): unknown {
  if (format === undefined || format === null || format.type === "text") return undefined;
  if (format.type === "json_object") return "json";
  const { schema } = format.json_schema;
  if (typeof schema === "boolean") {
    throw unsupportedValue("response_format.json_schema.schema", "it must be an object");
  }
  return schema;
}

/** Without `tool_choice`, which Ollama lacks: not to call is the same as to have nothing to call. */
function toTools({ tools, tool_choice: choice }: TranslatableChat): object[] | undefined {
  if (choice !== undefined && choice !== null && choice !== "auto" && choice !== "none") {
    throw unsupportedValue("tool_choice", "it can be 'auto' or 'none'");
  }
  if (choice === "none" || !tools?.length) return undefined;
  return tools.map(toTool);
}

function toTool({ function: { name, description, parameters, strict } }: TranslatableTool, index: number): object {
  if (strict === true) throw unsupportedValue(`tools.${index}.function.strict`, "arguments are not held to a schema");
  const schema = parameters ?? { type: "object", properties: {} };
  return { type: "function", function: { name, description: description ?? "", parameters: schema } };
}

/** Ollama itself refuses thoughts, and degrees of them, for models that have none. */
function toThink(request: TranslatableChat): boolean | string | undefined {
  const { reasoning_effort: effort, chat_template_kwargs: named } = request;
  const { enable_thinking: wish, ...others } = named ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined) throw unsupportedValue(`chat_template_kwargs.${other}`, "it has no such argument");
  if (effort === "minimal" || effort === "xhigh") {
    throw unsupportedValue("reasoning_effort", "it can be 'none', 'low', 'medium' or 'high'");
  }
  if (effort !== undefined && effort !== null) return effort === "none" ? false : effort;
  if (wish === undefined || wish === null) return undefined;
  if (typeof wish !== "boolean")
    throw unsupportedValue("chat_template_kwargs.enable_thinking", "expected true or false");
  return wish;
}
