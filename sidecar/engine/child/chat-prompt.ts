import { Template } from "@huggingface/jinja";
import type { LlamaModel, Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ChatMessage } from "../../../contract/openai/chat.ts";
import type { Tool } from "../../../contract/openai/tools.ts";
import { errorReason } from "../../platform/error-reason.ts";
import type { CallFormat } from "./calls/call-format.ts";
import { callFormats, taughtFormat } from "./calls/index.ts";
import type { ModelVocabulary } from "./model-vocabulary.ts";
import { type ReasoningFormat, readReasoningFormat } from "./reasoning-format.ts";
import { type CutStyle, sliceText } from "./slice-text.ts";
import { toPlainMessages, toTemplateMessages } from "./template-messages.ts";

/** Some milliseconds of tokenising; between two slices the others' tokens are sent. */
const sliceCharacters = 16_384;

export interface TokenizeOptions {
  /** A prompt that has more tokens than this is not read to its end. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

/** What a conversation is made of. */
export interface PromptInput {
  readonly messages: readonly ChatMessage[];
  /** Functions that the model may call. */
  readonly tools?: readonly Tool[];
  /** Whatever else the template asks for by name. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What the model has said of its answer already. */
  readonly begun?: string | undefined;
}

export interface RenderedPrompt {
  readonly tokens: Token[];
  /** The template has begun the model's thinking, so that the answer starts in the middle of it. */
  readonly startsInReasoning: boolean;
}

/** Two private-use characters around a number stand for the text of a control token while the template runs. */
const placeholderPattern = /\uE000(\d+)\uE001/;

/**
 * Turns a conversation into the tokens that the model was trained on, by the model's own chat template.
 *
 * Control tokens (`<|im_end|>`, `[INST]`, …) come from the template alone. When a message *contains* such a text, it
 * stays text: otherwise a pasted document could end the user's turn and speak as the system. The same holds for names,
 * descriptions, arguments and results of functions.
 */
export class ChatPrompt {
  /** How this model writes calls. */
  readonly callFormat: CallFormat;
  readonly reasoning: ReasoningFormat | undefined;
  readonly #model: LlamaModel;
  readonly #modelId: string;
  readonly #template: Template;
  /** The template explains functions to the model itself. */
  readonly #knowsTools: boolean;
  /** It puts arguments between other texts as they are, instead of writing an object as JSON. */
  readonly #joinsArguments: boolean;
  readonly #controlTexts: readonly string[];
  readonly #controlPattern: RegExp;
  readonly #cutStyle: CutStyle | undefined;

  /** @throws MeshError `chat_template_failed` when the template itself cannot be read */
  constructor(model: LlamaModel, modelId: string, vocabulary: ModelVocabulary) {
    this.#model = model;
    this.#modelId = modelId;
    const source = model.fileInfo.metadata.tokenizer?.chat_template ?? "";
    this.#template = this.#guard(() => new Template(source));
    const known = callFormats.find((format) => format.recognises(source));
    this.#knowsTools = known !== undefined && /\btools\b/.test(source);
    this.#joinsArguments = /\[['"]arguments['"]\]\s*\+/.test(source);
    this.callFormat = this.#knowsTools && known !== undefined ? known : taughtFormat;
    this.reasoning = readReasoningFormat(source, vocabulary.isToken);
    // The placeholders' own characters are replaced as well, so that a message cannot contain one.
    this.#controlTexts = [...vocabulary.controlTexts, "\uE000", "\uE001"];
    this.#controlPattern = new RegExp(this.#controlTexts.map(escapePattern).join("|"), "g");
    this.#cutStyle = findCutStyle(model);
  }

  /** @throws MeshError `chat_template_failed`, `context_length_exceeded`; the signal's reason */
  async render(input: PromptInput, options: TokenizeOptions): Promise<RenderedPrompt> {
    const { bosString, eosString, bos, shouldPrependBosToken } = this.#model.tokens;
    const { messages, tools = [], variables = {} } = input;
    const shown = this.#knowsTools
      ? toTemplateMessages(messages, { argumentsAsText: this.#joinsArguments })
      : toPlainMessages(messages, tools);
    const conversation = this.#guard(() =>
      this.#template.render({
        ...(this.#protectDeep(variables) as object),
        messages: this.#protectDeep(shown),
        ...(this.#knowsTools && tools.length > 0 ? { tools: this.#protectDeep(tools.map(templateTool)) } : {}),
        bos_token: bosString ?? "",
        eos_token: eosString ?? "",
        add_generation_prompt: true,
      }),
    );
    const isBegun = input.begun !== undefined;
    const text = isBegun ? this.#begin(conversation, input.begun) : conversation;
    const tokens = await this.#tokenizeProtected(text, options);
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos);
    return {
      tokens,
      startsInReasoning: !isBegun && this.#isThinking(text),
    };
  }

  #isThinking(text: string): boolean {
    return this.reasoning !== undefined && text.trimEnd().endsWith(this.reasoning.open);
  }

  /** The conversation with the beginning of the answer behind it. Whoever has begun to answer has thought before. */
  #begin(conversation: string, begun: string): string {
    const thoughts = this.#isThinking(conversation) ? `\n${this.reasoning?.close ?? ""}\n\n` : "";
    return `${conversation}${thoughts}${this.callFormat.envelope?.contentOpener ?? ""}${this.#protect(begun)}`;
  }

  #protect(content: string): string {
    return content.replace(this.#controlPattern, (match) => `\uE000${this.#controlTexts.indexOf(match)}\uE001`);
  }

  /** Every text in a value, also the names of members. */
  #protectDeep(value: unknown): unknown {
    if (typeof value === "string") return this.#protect(value);
    if (Array.isArray(value)) return value.map((each) => this.#protectDeep(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [this.#protect(key), this.#protectDeep(each)]),
    );
  }

  async #tokenizeProtected(text: string, { contextTokens, signal }: TokenizeOptions): Promise<Token[]> {
    const tokens: Token[] = [];
    let sinceBreak = 0;
    for (const { content, isTemplate } of this.#parts(text)) {
      if (tokens.length > contextTokens) {
        const params = { model: this.#modelId, promptTokens: tokens.length, contextTokens };
        throw new MeshError("context_length_exceeded", { ...params, isAtLeast: true });
      }
      sinceBreak += content.length;
      if (sinceBreak > sliceCharacters) {
        await new Promise(setImmediate);
        signal.throwIfAborted();
        sinceBreak = content.length;
      }
      const found = isTemplate ? this.#model.tokenize(content, true) : this.#tokenizeAsText(content);
      for (const token of found) tokens.push(token);
    }
    return tokens;
  }

  *#parts(text: string): Generator<{ content: string; isTemplate: boolean }> {
    const style = this.#cutStyle;
    const options = style && { style, sliceCharacters, controlTexts: this.#controlTexts };
    // With its one group, split() returns template text at even places and placeholder numbers at odd ones.
    for (const [place, part] of text.split(placeholderPattern).entries()) {
      if (place % 2 === 1) yield { content: this.#controlTexts[Number(part)] ?? "", isTemplate: false };
      else if (options === undefined) yield { content: part, isTemplate: true };
      else for (const slice of sliceText(part, options)) yield { content: slice, isTemplate: true };
    }
  }

  /** Some markers are tokens of ordinary text: those are written in two parts, which are none. */
  #tokenizeAsText(text: string): Token[] {
    const whole = this.#model.tokenize(text, false);
    if (whole.length > 1 || text.length < 2) return whole;
    const first = this.#model.tokenize(text.slice(0, 1), false);
    return [...first, ...this.#model.tokenize(text.slice(1), false, "trimLeadingSpace")];
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (cause) {
      throw new MeshError("chat_template_failed", { model: this.#modelId, reason: errorReason(cause) }, { cause });
    }
  }
}

/** A model without one was not made for conversations: guessing a format would give nonsense that looks like an answer. */
export function hasChatTemplate(model: LlamaModel): boolean {
  const source: unknown = model.fileInfo.metadata.tokenizer?.chat_template;
  return typeof source === "string" && source !== "";
}

/** Known fields only, and parameters also where there are none: templates take them for granted. */
function templateTool({ function: { name, description, parameters } }: Tool): unknown {
  const shown = { name, description: description ?? "", parameters: parameters ?? { type: "object", properties: {} } };
  return { type: "function", function: shown };
}

/** `RegExp.escape` is not in every Node.js that runs an engine. */
const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Tries out where a text may be cut. Undefined for a vocabulary of another kind: its texts are read in one piece. */
function findCutStyle(model: LlamaModel): CutStyle | undefined {
  const tokens = (text: string): string => model.tokenize(text, true).join();
  const whole = tokens("two words");
  if (`${tokens("two")},${tokens(" words")}` === whole) return "keepSpace";
  return `${tokens("two")},${tokens("words")}` === whole ? "dropSpace" : undefined;
}
