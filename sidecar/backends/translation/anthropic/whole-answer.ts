import { type AnswerBlock, wholeMessageSchema } from "../../../../contract/anthropic/answer.ts";
import { unusableAnswer } from "../answer-translation.ts";
import { type AskedAnswer, answerHead, finishFields, signedThought, toUsage } from "./answer-parts.ts";

type OfType<Type extends AnswerBlock["type"]> = Extract<AnswerBlock, { type: Type }>;

/** A whole message as a chat completion. @throws MeshError `backend_protocol` */
export function toChatCompletion(text: string, { backend, model: asked }: AskedAnswer): object {
  const parsed = wholeMessageSchema.safeParse(parseJson(text));
  if (!parsed.success) throw unusableAnswer(backend, "it is no message");
  const { content, model, stop_reason, stop_sequence, usage } = parsed.data;
  const pick = <Type extends AnswerBlock["type"]>(type: Type) =>
    content.filter((block): block is OfType<Type> => block.type === type);
  const texts = pick("text").map((block) => block.text);
  const thoughts = pick("thinking").map(({ thinking }) => thinking);
  const signed = content.flatMap((block) => {
    if (block.type === "redacted_thinking") return [block];
    return block.type === "thinking" ? (signedThought(block.thinking, block.signature) ?? []) : [];
  });
  const calls = pick("tool_use").map(toCall);
  const message = {
    role: "assistant",
    content: texts.length === 0 ? null : texts.join(""),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join("\n") }),
    ...(signed.length === 0 ? {} : { thinking_blocks: signed }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    ...answerHead("chat.completion", model ?? asked),
    choices: [{ index: 0, message, ...finishFields(stop_reason, stop_sequence) }],
    ...(usage == null ? {} : { usage: toUsage(usage) }),
  };
}

const toCall = ({ id, name, input }: OfType<"tool_use">): object => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(input ?? {}) },
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined is no message.
    return undefined;
  }
}
