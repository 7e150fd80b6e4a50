import type { ChatPiece } from "../../contract/rpc/chat.ts";
import { ChatSink } from "../../sidecar/rpc/chat-sink.ts";

/** One server-sent event. */
export const event = (chunk: object | string): Buffer =>
  Buffer.from(`data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`);
export const piece = (text: string): Buffer => event({ choices: [{ index: 0, delta: { content: text } }] });
export const finish = (reason: string): Buffer =>
  event({ model: "m", choices: [{ delta: {}, finish_reason: reason }] });

/** A chat sink, and what it has sent with the time of each piece. */
export interface RecordedChat {
  readonly sink: ChatSink;
  readonly sent: readonly (ChatPiece & { readonly atMs: number })[];
  readonly texts: readonly string[];
  /** How often the backend was told to go on. */
  readonly resumed: number;
}

export function recordChat(credit: number): RecordedChat {
  const sent: (ChatPiece & { atMs: number })[] = [];
  let resumed = 0;
  const sink = new ChatSink({ credit, send: (piece) => sent.push({ ...piece, atMs: performance.now() }) });
  sink.onDrain(() => {
    resumed++;
  });
  return {
    sink,
    sent,
    get texts() {
      return sent.map((each) => each.text);
    },
    get resumed() {
      return resumed;
    },
  };
}
