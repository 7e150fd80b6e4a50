import type { TranslatableChat, TranslatableTool } from "../../../../contract/openai/translatable-chat.ts";
import { given } from "../given.ts";
import { refuseFields, unsupportedValue } from "../refuse-fields.ts";
import { ConversationWriter } from "./contents.ts";
import type { SignatureBook } from "./signature-book.ts";
import { thinkingConfig } from "./thinking.ts";

export interface GeminiContext {
  /** As the server calls it. */
  readonly model: string;
  /** Whether the server's list says that it thinks. */
  readonly isThinking: boolean;
  readonly signatures: SignatureBook;
}

/** What the Gemini API has no words for. */
const unknown = [
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "min_p",
  "repeat_penalty",
  "repeat_last_n",
  "chat_template_kwargs",
] as const satisfies readonly (keyof TranslatableChat)[];

const maxStops = 5;
const functionName = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;

/**
 * The body of `generateContent` and `streamGenerateContent`. Source: the types of Google's SDK for JavaScript, 2.32, and
 * the Gemini API reference, 2026.
 *
 * @throws MeshError `invalid_field`, `unsupported_field`
 */
export function toGeminiChat(request: TranslatableChat, context: GeminiContext): object {
  refuseFields(request, unknown);
  if (request.parallel_tool_calls === false) {
    throw unsupportedValue("parallel_tool_calls", "it cannot be kept from calling several at once");
  }
  const { systemInstruction, contents } = new ConversationWriter(context.model, context.signatures).write(
    request.messages,
  );
  const { tools } = request;
  return given({
    systemInstruction,
    contents,
    tools: tools?.length ? [{ functionDeclarations: tools.map(toDeclaration) }] : undefined,
    toolConfig: tools?.length ? toToolConfig(request) : undefined,
    generationConfig: toGenerationConfig(request, context),
  });
}

function toDeclaration({ function: { name, description, parameters } }: TranslatableTool, index: number): object {
  if (!functionName.test(name)) {
    throw unsupportedValue(`tools.${index}.function.name`, "it must begin with a letter or an underscore");
  }
  return { name, ...given({ description, parametersJsonSchema: parameters }) };
}

/** Where one call at least is held to its schema, all are: Gemini has one mode for a request. */
function toToolConfig({ tools, tool_choice: choice }: TranslatableChat): object {
  const isStrict = tools?.some((tool) => tool.function.strict === true) === true;
  if (typeof choice === "object" && choice !== null) {
    return { functionCallingConfig: { mode: "ANY", allowedFunctionNames: [choice.function.name] } };
  }
  const modes = { auto: isStrict ? "VALIDATED" : "AUTO", required: "ANY", none: "NONE" } as const;
  return { functionCallingConfig: { mode: modes[choice ?? "auto"] } };
}

function toGenerationConfig(request: TranslatableChat, { model, isThinking }: GeminiContext): object {
  const { temperature, top_p, top_k, seed, presence_penalty, frequency_penalty, n } = request;
  if (top_k === 0) throw unsupportedValue("top_k", "it must be 1 or more");
  return given({
    temperature,
    topP: top_p,
    topK: top_k,
    seed,
    presencePenalty: presence_penalty,
    frequencyPenalty: frequency_penalty,
    candidateCount: n === 1 ? undefined : n,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    stopSequences: toStops(request.stop),
    thinkingConfig: thinkingConfig(request.reasoning_effort, { model, isThinking }),
    ...toFormat(request.response_format),
  });
}

function toStops(stop: TranslatableChat["stop"]): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  const stops = typeof stop === "string" ? [stop] : stop;
  if (stops.length > maxStops) throw unsupportedValue("stop", `at most ${maxStops} texts can be given`);
  return stops;
}

function toFormat(format: TranslatableChat["response_format"]): Readonly<Record<string, unknown>> {
  if (format === undefined || format === null || format.type === "text") return {};
  const responseMimeType = "application/json";
  if (format.type === "json_object") return { responseMimeType };
  return { responseMimeType, responseJsonSchema: format.json_schema.schema };
}
