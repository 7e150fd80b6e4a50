import * as z from "zod";

export const promptHistorySchema = z.array(z.string().max(4_000)).max(100).catch([]);

/** What was asked before, newest first, at most `kept` of them; whoever asks the same again moves it up. */
export function withPrompt(history: readonly string[], prompt: string, kept: number): string[] {
  return [prompt, ...history.filter((each) => each !== prompt)].slice(0, kept);
}

/** Whether a prompt asks about the code instead of for other code. */
export function isQuestion(prompt: string): boolean {
  return /[?？؟]\s*$/u.test(prompt);
}
