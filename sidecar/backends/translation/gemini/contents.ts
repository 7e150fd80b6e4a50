import type { TranslatableCall, TranslatableMessage } from "../../../../contract/openai/translatable-chat.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { inlineImage, plainText, readArguments, thoughtsOf } from "../message-parts.ts";
import { unsupportedValue } from "../refuse-fields.ts";
import { isUpToSecond } from "./model-generation.ts";
import type { SignatureBook } from "./signature-book.ts";

type Part = Readonly<Record<string, unknown>>;

export interface Content {
  readonly role: "user" | "model";
  readonly parts: readonly Part[];
}

export interface Conversation {
  readonly systemInstruction?: { readonly parts: readonly Part[] };
  readonly contents: readonly Content[];
}

type Of<Role> = Extract<TranslatableMessage, { role: Role }>;

/** What Google names for a call that it has not signed itself, such as another model's. Source: its page on thought signatures. */
const unsigned = "skip_thought_signature_validator";

/** Puts one conversation into Gemini's words, message by message. */
export class ConversationWriter {
  readonly #signatures: SignatureBook;
  readonly #needsSignatures: boolean;
  readonly #names = new Map<string, string>();
  readonly #system: Part[] = [];
  readonly #contents: { role: Content["role"]; parts: Part[] }[] = [];
  /** Results of calls made together stand together. */
  #isInResults = false;

  constructor(model: string, signatures: SignatureBook) {
    this.#signatures = signatures;
    this.#needsSignatures = !isUpToSecond(model);
  }

  /** @throws MeshError `invalid_field`, `unsupported_field` */
  write(messages: readonly TranslatableMessage[]): Conversation {
    for (const [index, message] of messages.entries()) this.#message(message, `messages.${index}`);
    if (this.#contents.length === 0) throw invalidField("messages", "expected a message besides the system's");
    return {
      ...(this.#system.length === 0 ? {} : { systemInstruction: { parts: this.#system } }),
      contents: this.#contents,
    };
  }

  #message(message: TranslatableMessage, field: string): void {
    const wasInResults = this.#isInResults;
    this.#isInResults = message.role === "tool";
    switch (message.role) {
      case "system":
      case "developer":
        // There is one instruction, and it stands before everything.
        if (this.#contents.length > 0) throw unsupportedValue(`${field}.role`, "a system message can only come first");
        this.#system.push({ text: plainText(message.content) });
        return;
      case "user":
        this.#contents.push({ role: "user", parts: userParts(message, field) });
        return;
      case "assistant":
        this.#contents.push({ role: "model", parts: this.#modelParts(message, field) });
        return;
      case "tool": {
        const part = this.#resultPart(message, field);
        if (wasInResults) this.#contents.at(-1)?.parts.push(part);
        else this.#contents.push({ role: "user", parts: [part] });
      }
    }
  }

  #modelParts(message: Of<"assistant">, field: string): Part[] {
    const { content, tool_calls: calls, extra_content: extra } = message;
    const thoughts = thoughtsOf(message);
    const text = plainText(content ?? "");
    const signature = extra?.google?.thought_signature;
    const parts: Part[] = [
      ...(thoughts !== "" ? [{ text: thoughts, thought: true }] : []),
      ...(text === "" ? [] : [{ text }]),
      ...(signature ? [{ text: "", thoughtSignature: signature }] : []),
      ...(calls ?? []).map((call, index) => this.#callPart(call, index, `${field}.tool_calls.${index}`)),
    ];
    return parts.length === 0 ? [{ text: "" }] : parts;
  }

  #callPart(call: TranslatableCall, index: number, field: string): Part {
    const { id, function: called, extra_content: extra } = call;
    this.#names.set(id, called.name);
    const given = extra?.google?.thought_signature ?? this.#signatures.of(id);
    // Of calls made together the first one is signed, for all.
    const signature = given ?? (index === 0 && this.#needsSignatures ? unsigned : undefined);
    return {
      functionCall: { id, name: called.name, args: readArguments(called.arguments, field) },
      ...(signature === undefined ? {} : { thoughtSignature: signature }),
    };
  }

  #resultPart({ tool_call_id: id, content }: Of<"tool">, field: string): Part {
    const name = this.#names.get(id);
    if (name === undefined) throw invalidField(`${field}.tool_call_id`, "no call before it has this id");
    return { functionResponse: { id, name, response: { output: plainText(content) } } };
  }
}

function userParts({ content }: Of<"user">, field: string): Part[] {
  if (typeof content === "string") return [{ text: content }];
  return content.map((part, index) =>
    part.type === "text"
      ? { text: part.text }
      : { inlineData: inlineImage(part.image_url, `${field}.content.${index}.image_url`) },
  );
}
