import type { ListedAnthropicModel } from "../../../../contract/anthropic/answer.ts";
import {
  type TranslatableChat,
  type TranslatableTool,
  translatableChatSchema,
} from "../../../../contract/openai/translatable-chat.ts";
import { invalidField, parseBody } from "../../../platform/parse-body.ts";
import { refuseFields, unsupportedValue } from "../refuse-fields.ts";
import { toConversation } from "./conversation.ts";
import { thinkingFields } from "./thinking.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The API demands a limit. Where a request has none: this, or what the model can do; what every model can do where that is not known. */
const [usualMaxTokens, safeMaxTokens] = [32_768, 4096];

/** What the Messages API has no words for. */
const unsupported = [
  "n",
  "logprobs",
  "top_logprobs",
  "logit_bias",
  "seed",
  "presence_penalty",
  "frequency_penalty",
  "repeat_penalty",
  "repeat_last_n",
  "min_p",
  "chat_template_kwargs",
] as const;

export interface AskedChat {
  /** What the server calls the model. */
  readonly model: string;
  /** What its list says of it. */
  readonly listed: ListedAnthropicModel | undefined;
}

export interface MessagesCall {
  /** Of `POST /v1/messages`. */
  readonly fields: Fields;
  readonly stream: boolean;
  /** Whether the client wants a last chunk with the counts. */
  readonly wantsUsage: boolean;
}

/**
 * Says a chat completion in the words of the Messages API.
 *
 * @throws MeshError `malformed_json`, `invalid_field`, `unsupported_field`
 */
export function toMessagesCall(body: Buffer, { model, listed }: AskedChat): MessagesCall {
  const request = parseBody(body, translatableChatSchema);
  refuseFields(request, unsupported);
  const { stop, top_p, top_k, user, temperature } = request;
  if (typeof temperature === "number" && temperature > 1) {
    throw unsupportedValue("temperature", "it can be 1 at most there");
  }
  const max_tokens = request.max_completion_tokens ?? request.max_tokens ?? defaultMaxTokens(listed);
  const { system, messages } = toConversation(request.messages);
  const { thinking, effort } = thinkingFields({
    effort: request.reasoning_effort,
    maxTokens: max_tokens,
    model: listed,
  });
  const output = given({ effort, format: outputFormat(request.response_format) });
  const fields = {
    model,
    max_tokens,
    ...(system.length === 0 ? {} : { system }),
    messages,
    ...toolFields(request),
    ...given({ temperature, top_p, top_k, thinking }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...given({ stop_sequences: typeof stop === "string" ? [stop] : stop }),
    ...(user === null || user === undefined ? {} : { metadata: { user_id: user } }),
    ...(request.stream === true ? { stream: true } : {}),
  };
  return { fields, stream: request.stream === true, wantsUsage: request.stream_options?.include_usage === true };
}

const defaultMaxTokens = (listed: ListedAnthropicModel | undefined): number =>
  Math.min(usualMaxTokens, listed?.max_tokens ?? safeMaxTokens);

function toolFields({ tools, tool_choice: choice, parallel_tool_calls: isParallel }: TranslatableChat): Fields {
  if (tools === null || tools === undefined || tools.length === 0) {
    const isDemand = choice !== null && choice !== undefined && choice !== "none" && choice !== "auto";
    if (isDemand) throw invalidField("tool_choice", "there are no tools to choose from");
    return {};
  }
  const single = isParallel === false ? { disable_parallel_tool_use: true } : {};
  const asked = choice ?? (isParallel === false ? "auto" : undefined);
  const names = { auto: "auto", required: "any" } as const;
  const toolChoice =
    asked === undefined
      ? undefined
      : typeof asked === "object"
        ? { type: "tool", name: asked.function.name, ...single }
        : asked === "none"
          ? { type: "none" }
          : { type: names[asked], ...single };
  return { tools: tools.map(toTool), ...given({ tool_choice: toolChoice }) };
}

const toTool = ({ function: { name, description, parameters, strict } }: TranslatableTool): Fields => ({
  name,
  ...given({ description }),
  input_schema: { type: "object", ...parameters },
  ...(strict === true ? { strict } : {}),
});

/** @throws MeshError `unsupported_field` */
function outputFormat(format: TranslatableChat["response_format"]): Fields | undefined {
  if (format === null || format === undefined || format.type === "text") return undefined;
  if (format.type === "json_object") {
    throw unsupportedValue("response_format.type", "JSON is only to be had with a schema");
  }
  const { schema, description } = format.json_schema;
  if (typeof schema === "boolean") {
    throw unsupportedValue("response_format.json_schema.schema", "expected a schema that is an object");
  }
  // The name is a label; what describes the answer is for the model to read.
  return { type: "json_schema", schema: { ...(typeof description === "string" ? { description } : {}), ...schema } };
}

/** Without those that were not given. */
const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
