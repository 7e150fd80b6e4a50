import type { ResponsesRequest } from "../../../../contract/responses/request.ts";
import type { ResponsesTool } from "../../../../contract/responses/tools.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { withoutAbsent } from "../without-absent.ts";
import { toChatMessages } from "./chat-messages.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The body of `POST /v1/chat/completions` that asks for the same answer.
 *
 * @throws MeshError `invalid_field`
 */
export function toChatRequest(request: ResponsesRequest): Fields {
  const { model, temperature, top_p, user, max_output_tokens: max_tokens, reasoning } = request;
  return {
    model,
    messages: toChatMessages(request),
    ...toTools(request),
    // Whoever reads the answer's end wants to know what it took.
    ...(request.stream === true ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...withoutAbsent({ max_tokens, temperature, top_p, user, reasoning_effort: reasoning?.effort }),
    ...toResponseFormat(request.text?.format),
  };
}

function toTools({ tools, tool_choice: choice, parallel_tool_calls }: ResponsesRequest): Fields {
  const names = new Set<string>();
  for (const [index, { name }] of (tools ?? []).entries()) {
    if (names.has(name)) throw invalidField(`tools[${index}].name`, "two tools have this name");
    names.add(name);
  }
  const isNamed = typeof choice === "object" && choice !== null;
  if (isNamed && !names.has(choice.name)) throw invalidField("tool_choice.name", "no tool has this name");
  if (names.size === 0) {
    if (choice === "required") throw invalidField("tool_choice", "there are no tools to choose from");
    // A choice among nothing says nothing, and servers refuse it.
    return {};
  }
  return {
    tools: tools?.map(toTool),
    ...withoutAbsent({
      tool_choice: isNamed ? { type: "function", function: { name: choice.name } } : choice,
      parallel_tool_calls,
    }),
  };
}

const toTool = ({ name, description, parameters, strict }: ResponsesTool): Fields => ({
  type: "function",
  function: { name, ...withoutAbsent({ description, parameters, strict }) },
});

function toResponseFormat(format: NonNullable<ResponsesRequest["text"]>["format"]): Fields {
  if (format === null || format === undefined || format.type === "text") return {};
  if (format.type === "json_object") return { response_format: { type: "json_object" } };
  const { name, description, schema, strict } = format;
  return {
    response_format: { type: "json_schema", json_schema: { name, ...withoutAbsent({ description, strict }), schema } },
  };
}
