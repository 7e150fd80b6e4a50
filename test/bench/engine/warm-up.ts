import { promptOf } from "./prompts.ts";
import { streamChat, type Target } from "./stream-chat.ts";

/** Loads the model where it is not yet loaded, and lets both sides compile what they compile and open what they keep. */
export async function warmUp(target: Target, signal: AbortSignal): Promise<void> {
  await streamChat(target, { prompt: promptOf(16), maxTokens: 16, signal });
  const several = Array.from({ length: 4 }, () => streamChat(target, { prompt: promptOf(16), maxTokens: 64, signal }));
  await Promise.all(several);
}
