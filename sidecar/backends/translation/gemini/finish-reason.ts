/** Reasons for which a server withholds what the model would have said. */
const filtered: ReadonlySet<string> = new Set([
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_RECITATION",
  "MODEL_ARMOR",
]);

/** OpenAI's word for why an answer ended; undefined for reasons that leave no answer, such as a call that is none. */
export function finishReason(said: string): string | undefined {
  if (said === "STOP") return "stop";
  if (said === "MAX_TOKENS") return "length";
  return filtered.has(said) ? "content_filter" : undefined;
}
