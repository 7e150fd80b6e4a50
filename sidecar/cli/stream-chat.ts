import { randomUUID } from "node:crypto";
import type * as z from "zod";
import type { ChatMessage } from "../../contract/openai/chat.ts";
import { chatChunk, chatCredit, chatStream } from "../../contract/rpc/chat.ts";
import type { ControlConnection } from "../client/control-connection.ts";

/** How far a question may go, and how its place is chosen. */
export type ChatWishes = Pick<z.infer<typeof chatStream.params>, "workspacePrivacy" | "privacy" | "strategy">;

export interface StreamChatOptions {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly onText: (text: string) => void;
  readonly wishes: ChatWishes;
  readonly signal: AbortSignal;
}

/** Pieces that may be under way at once; each that arrives is granted anew. */
const credit = 16;

/** Asks a model over the control connection, and hands on the text as it comes. */
export async function streamChat(
  connection: ControlConnection,
  options: StreamChatOptions,
): Promise<z.infer<typeof chatStream.result>> {
  const streamId = randomUUID();
  const chunks = connection.on(chatChunk, (chunk) => {
    if (chunk.streamId !== streamId) return;
    options.onText(chunk.text);
    connection.notify(chatCredit, { streamId, credit: 1 });
  });
  try {
    const request = { model: options.model, messages: [...options.messages] };
    return await connection.request(chatStream, { streamId, credit, request, ...options.wishes }, options.signal);
  } finally {
    chunks.dispose();
  }
}
