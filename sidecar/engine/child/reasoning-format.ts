/** How a family of models marks what it thinks before it answers. */
export interface ReasoningFormat {
  readonly open: string;
  readonly close: string;
}

/** Source: the chat templates of DeepSeek R1, Qwen 3, QwQ and of Mistral's Magistral. */
const reasoningFormats: readonly ReasoningFormat[] = [
  { open: "<think>", close: "</think>" },
  { open: "[THINK]", close: "[/THINK]" },
];

export const reasoningMarkers: readonly string[] = reasoningFormats.flatMap(({ open, close }) => [open, close]);

/** The format that a template knows, or that the vocabulary has tokens for. */
export function readReasoningFormat(template: string, isToken: (text: string) => boolean): ReasoningFormat | undefined {
  return reasoningFormats.find(({ open, close }) => template.includes(close) || (isToken(open) && isToken(close)));
}
