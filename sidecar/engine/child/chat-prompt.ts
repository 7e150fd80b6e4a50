import { Template } from "@huggingface/jinja";
import type { LlamaModel, Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ChatMessage } from "../../../contract/openai/chat.ts";
import { errorReason } from "../../platform/error-reason.ts";
import { type CutStyle, sliceText } from "./slice-text.ts";

/** Some milliseconds of tokenising; between two slices the others' tokens are sent. */
const sliceCharacters = 16_384;

export interface TokenizeOptions {
  /** A prompt that has more tokens than this is not read to its end. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

/** Two private-use characters around a number stand for the text of a control token while the template runs. */
const placeholderPattern = /\uE000(\d+)\uE001/;

/**
 * Turns a conversation into the tokens that the model was trained on, by the model's own chat template.
 *
 * Control tokens (`<|im_end|>`, `[INST]`, …) come from the template alone. When a message *contains* such a text, it
 * stays text: otherwise a pasted document could end the user's turn and speak as the system.
 */
export class ChatPrompt {
  readonly #model: LlamaModel;
  readonly #modelId: string;
  readonly #template: Template;
  readonly #controlTexts: readonly string[];
  readonly #controlPattern: RegExp;
  readonly #cutStyle: CutStyle | undefined;

  /** @throws MeshError `no_chat_template`; `chat_template_failed` when the template itself cannot be read */
  constructor(model: LlamaModel, modelId: string) {
    this.#model = model;
    this.#modelId = modelId;
    const source: unknown = model.fileInfo.metadata.tokenizer?.chat_template;
    if (typeof source !== "string" || source === "") throw new MeshError("no_chat_template", { model: modelId });
    this.#template = this.#guard(() => new Template(source));
    // The placeholders' own characters are replaced as well, so that a message cannot contain one.
    this.#controlTexts = [...readControlTexts(model), "\uE000", "\uE001"];
    this.#controlPattern = new RegExp(this.#controlTexts.map(escapePattern).join("|"), "g");
    this.#cutStyle = findCutStyle(model);
  }

  /** @throws MeshError `chat_template_failed`, `context_length_exceeded`; the signal's reason */
  async tokenize(messages: readonly ChatMessage[], options: TokenizeOptions): Promise<Token[]> {
    const { bosString, eosString, bos, shouldPrependBosToken } = this.#model.tokens;
    const text = this.#guard(() =>
      this.#template.render({
        // Known fields only: whatever else a client sends would reach the template unprotected.
        messages: messages.map((message) => ({
          // Templates know the older name of this role.
          role: message.role === "developer" ? "system" : message.role,
          content: this.#protect(plainText(message)),
          ...(message.name === undefined ? {} : { name: this.#protect(message.name) }),
        })),
        bos_token: bosString ?? "",
        eos_token: eosString ?? "",
        add_generation_prompt: true,
      }),
    );
    const tokens = await this.#tokenizeProtected(text, options);
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos);
    return tokens;
  }

  #protect(content: string): string {
    return content.replace(this.#controlPattern, (match) => `\uE000${this.#controlTexts.indexOf(match)}\uE001`);
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
      for (const token of this.#model.tokenize(content, isTemplate)) tokens.push(token);
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

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (cause) {
      throw new MeshError("chat_template_failed", { model: this.#modelId, reason: errorReason(cause) }, { cause });
    }
  }
}

/** `RegExp.escape` is not in every Node.js that runs an engine. */
const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

function plainText(message: ChatMessage): string {
  if (typeof message.content === "string") return message.content;
  return (message.content ?? []).map((part) => part.text).join("");
}

function readControlTexts(model: LlamaModel): string[] {
  const texts: string[] = [];
  for (const token of model.iterateAllTokens()) {
    if (model.isSpecialToken(token)) texts.push(model.detokenize([token], true));
  }
  // Longest first, so that a text which begins with another is recognised as a whole.
  return texts.filter((text) => text.trim() !== "").sort((a, b) => b.length - a.length);
}

/** Tries out where a text may be cut. Undefined for a vocabulary of another kind: its texts are read in one piece. */
function findCutStyle(model: LlamaModel): CutStyle | undefined {
  const tokens = (text: string): string => model.tokenize(text, true).join();
  const whole = tokens("two words");
  if (`${tokens("two")},${tokens(" words")}` === whole) return "keepSpace";
  return `${tokens("two")},${tokens("words")}` === whole ? "dropSpace" : undefined;
}
