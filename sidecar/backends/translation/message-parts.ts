import type { TranslatableMessage } from "../../../contract/openai/translatable-chat.ts";
import { invalidField } from "../../platform/parse-body.ts";
import { unsupportedValue } from "./refuse-fields.ts";

type AssistantMessage = Extract<TranslatableMessage, { role: "assistant" }>;
type UserPart = Exclude<Extract<TranslatableMessage, { role: "user" }>["content"], string>[number];
type ImageUrl = Extract<UserPart, { type: "image_url" }>["image_url"];

/** A text, or parts of one: read without anything between them, as the local engine does. */
export const plainText = (content: string | readonly { readonly text: string }[]): string =>
  typeof content === "string" ? content : content.map(({ text }) => text).join("");

/** What a model has thought, under any of the names. Signatures of other makers are of no use. */
export function thoughtsOf({
  reasoning_content: thoughts,
  reasoning,
  thinking_blocks: blocks,
}: AssistantMessage): string {
  const ofBlocks = blocks?.map((block) => ("thinking" in block ? block.thinking : "")).join("");
  return thoughts ?? reasoning ?? ofBlocks ?? "";
}

/** An image that is in the request itself: nothing is fetched for it, here or there. @throws MeshError `unsupported_field` */
export function inlineImage({ url, detail }: ImageUrl, field: string): { mimeType: string; data: string } {
  if (detail === "low" || detail === "high") throw unsupportedValue(`${field}.detail`, "it is always 'auto' there");
  const [, mimeType, data] = /^data:(image\/[\w.+-]{1,64});base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (mimeType !== undefined && data !== undefined) return { mimeType, data };
  throw unsupportedValue(`${field}.url`, "it must be a data URL with an image in base64");
}

/** The arguments of a call, where a dialect has them as an object. @throws MeshError `invalid_field` */
export function readArguments(text: string, field: string): object {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // What is wrong with it is said below.
  }
  throw invalidField(`${field}.function.arguments`, "expected a JSON object");
}
