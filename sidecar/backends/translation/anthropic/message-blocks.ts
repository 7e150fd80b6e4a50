import type { TranslatableCall, TranslatableMessage } from "../../../../contract/openai/translatable-chat.ts";
import { invalidField } from "../../../platform/parse-body.ts";
import { unsupportedValue } from "../refuse-fields.ts";

/** A part of a message as the Messages API takes it. */
export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

type OfRole<Role extends TranslatableMessage["role"]> = Extract<TranslatableMessage, { role: Role }>;

const base64Url = /^data:(image\/(?:jpeg|png|gif|webp));base64,([A-Za-z0-9+/]+={0,2})$/;

/** Texts without a character say nothing, and are refused there. */
export function textBlocks(content: string | readonly { readonly text: string }[] | null | undefined): Block[] {
  const texts = typeof content === "string" ? [content] : (content ?? []).map(({ text }) => text);
  return texts.filter((text) => text !== "").map((text) => ({ type: "text", text }));
}

/** @throws MeshError `invalid_field`, `unsupported_field` */
export function userBlocks({ content }: OfRole<"user">, field: string): Block[] {
  if (typeof content === "string") return textBlocks(content);
  return content.flatMap((part, index): Block[] => {
    if (part.type === "text") return textBlocks([part]);
    const { url, detail } = part.image_url;
    const at = `${field}.${index}.image_url`;
    // Pictures are read as they are there, which is the other two.
    if (detail === "low") throw unsupportedValue(`${at}.detail`, "images are always read in full");
    return [{ type: "image", source: imageSource(url, `${at}.url`) }];
  });
}

function imageSource(url: string, field: string): object {
  const [, type, data] = base64Url.exec(url) ?? [];
  if (data !== undefined) return { type: "base64", media_type: type, data };
  if (/^https:\/\//i.test(url)) return { type: "url", url };
  throw unsupportedValue(field, "expected an https address, or JPEG, PNG, GIF or WebP as a data: address in base64");
}

/** What a tool has answered. */
export function toolResult({ tool_call_id: id, content }: OfRole<"tool">): Block {
  const blocks = textBlocks(content);
  return { type: "tool_result", tool_use_id: id, ...(blocks.length === 0 ? {} : { content: blocks }) };
}

/**
 * Thoughts with their signatures, text and calls, in the order in which the model made them. Thoughts without a signature
 * would be refused, and are nothing that a model reads again.
 *
 * @throws MeshError `invalid_field`
 */
export function assistantBlocks(message: OfRole<"assistant">, field: string): Block[] {
  const blocks: Block[] = [
    ...(message.thinking_blocks ?? []),
    ...textBlocks(message.content),
    ...(message.tool_calls ?? []).map((call, index) => toolUse(call, `${field}.tool_calls.${index}`)),
  ];
  if (blocks.length === 0) throw invalidField(`${field}.content`, "it is empty");
  return blocks;
}

function toolUse({ id, function: called }: TranslatableCall, field: string): Block {
  return { type: "tool_use", id, name: called.name, input: readArguments(called.arguments, field) };
}

function readArguments(text: string, field: string): object {
  // Functions without arguments get an empty text from some models.
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Undefined is no object either.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw invalidField(`${field}.function.arguments`, "expected a JSON object as text");
}
