import { randomUUID } from "node:crypto";
import type { CallPiece } from "../../../../contract/openai/chat-answer.ts";
import { readAnswer, thoughtsOf, unusable } from "../read-answer.ts";
import { stopFields, toUsage, usageOrigin } from "./answer-end.ts";

/** What of a request its answer depends on. */
export interface AskedMessage {
  readonly model: string;
  readonly stopSequences: readonly string[];
  /** Whether the client wants to read thoughts. */
  readonly tellsThoughts: boolean;
}

/** A message without its content and end. */
export const messageHead = (model: string): object => ({
  id: `msg_${randomUUID().replaceAll("-", "")}`,
  type: "message",
  role: "assistant",
  model,
  container: null,
  diagnostics: null,
});

export const newCallId = (): string => `toolu_${randomUUID().replaceAll("-", "")}`;

/** A whole chat completion as a message. @throws MeshError `backend_protocol` */
export function toMessage(text: string, { model: asked, stopSequences, tellsThoughts }: AskedMessage): object {
  const { model = asked, choices, usage } = readAnswer(text, asked);
  const [choice] = choices ?? [];
  const message = choice?.message;
  if (message === null || message === undefined) throw unusable(asked, "there is no message in it");
  const thoughts = tellsThoughts ? thoughtsOf(message) : "";
  const calls = message.tool_calls ?? [];
  const end = { finishReason: choice?.finish_reason ?? null, stoppedAt: choice?.stop_reason, usage };
  return {
    ...messageHead(model),
    content: [
      ...(thoughts === "" ? [] : [{ type: "thinking", thinking: thoughts, signature: "" }]),
      ...((message.content ?? "") === "" ? [] : [{ type: "text", text: message.content, citations: null }]),
      ...calls.map((call) => toToolUse(call, asked)),
    ],
    ...stopFields({ ...end, hasCalls: calls.length > 0 }, stopSequences),
    usage: { ...usageOrigin, ...toUsage(usage) },
  };
}

function toToolUse({ id, function: called }: CallPiece, model: string): object {
  const name = called?.name ?? "";
  if (name === "") throw unusable(model, "a call names no tool");
  const input = parseArguments(called?.arguments ?? "");
  if (input === undefined) throw unusable(model, "the arguments of a call are no JSON object");
  return { type: "tool_use", id: id ?? newCallId(), name, input, caller: { type: "direct" } };
}

/** Functions without arguments get an empty text from some servers. */
function parseArguments(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
