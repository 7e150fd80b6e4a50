import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { Message } from "../../../../contract/ollama/chat.ts";
import { withoutAbsent } from "../without-absent.ts";
import { translateImages } from "./translate-images.ts";

interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * A conversation in OpenAI's words. There each result names the call that it answers, here it names the function at
 * most: it belongs to the first call of that name that has no result yet.
 *
 * @throws MeshError `invalid_field`
 */
export function translateMessages(messages: readonly Message[]): object[] {
  const open: OpenCall[] = [];
  let calls = 0;
  return messages.map((message, index) => {
    const field = `messages[${index}]`;
    refuseMisplaced(message, field);
    if (message.role === "tool")
      return { role: "tool", content: message.content ?? "", tool_call_id: answered(open, message, field) };
    const toolCalls = message.tool_calls?.map((call) => {
      const id = call.id ?? `call_${calls}`;
      calls++;
      open.push({ id, name: call.function.name });
      const { name } = call.function;
      return { id, type: "function", function: { name, arguments: JSON.stringify(call.function.arguments) } };
    });
    return {
      role: message.role,
      content: contentOf(message, field),
      ...withoutAbsent({
        reasoning_content: message.thinking,
        tool_calls: toolCalls === undefined || toolCalls.length === 0 ? undefined : toolCalls,
      }),
    };
  });
}

function contentOf({ content, images }: Message, field: string): string | object[] {
  if (images === undefined || images === null || images.length === 0) return content ?? "";
  return translateImages(content ?? "", images, `${field}.images`);
}

/** Fields that another role's message has are not dropped: they would have been meant. */
function refuseMisplaced(message: Message, field: string): void {
  const owners = {
    images: "user",
    thinking: "assistant",
    tool_calls: "assistant",
    tool_name: "tool",
    tool_call_id: "tool",
  } as const;
  for (const [name, role] of Object.entries(owners)) {
    const value = message[name as keyof typeof owners];
    if (message.role === role || value === undefined || value === null || value.length === 0) continue;
    throw new MeshError("invalid_field", {
      field: `${field}.${name}`,
      problem: `only messages of role ${role} have it`,
    });
  }
}

function answered(open: OpenCall[], { tool_name: name, tool_call_id: id }: Message, field: string): string {
  const at = open.findIndex((call) => (id ? call.id === id : !name || call.name === name));
  const [call] = at < 0 ? [] : open.splice(at, 1);
  if (call !== undefined) return call.id;
  throw new MeshError("invalid_field", {
    field: `${field}.${id ? "tool_call_id" : "tool_name"}`,
    problem: "no call before it waits for this result",
  });
}
