import { promptOf } from "./prompts.ts";
import type { ServerUnderTest } from "./server-under-test.ts";
import { streamChat } from "./stream-chat.ts";

const promptTokens = 24;
const maxTokens = 4;

/** From sending a short prompt to an idle server until the first piece of text, in milliseconds. */
export async function measureFirstToken(server: ServerUnderTest, signal: AbortSignal): Promise<number> {
  const { sentAt, tokensAt } = await streamChat(server, { prompt: promptOf(promptTokens), maxTokens, signal });
  const [first] = tokensAt;
  if (first === undefined) throw new Error(`${server.name}: an answer without text.`);
  return first - sentAt;
}
